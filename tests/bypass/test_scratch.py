import time
def test_it(filled):
    t=time.time(); c=filled.contents(); print("contents", time.time()-t, {k:v[0] for k,v in c.items()})
    print(filled.url)
    rows=filled.owner.execute("select p.oid::regprocedure::text, has_function_privilege('kodeks_app',p.oid,'EXECUTE'), prosecdef, proconfig from pg_proc p where pronamespace='kernel'::regnamespace order by 1").fetchall()
    for r in rows: print(r)
    print(filled.owner.execute("select version()").fetchone())
    print(filled.owner.execute("select sequencename from pg_sequences where schemaname='public'").fetchall())
    print(filled.owner.execute("select rolname, rolsuper,rolcanlogin from pg_roles where rolname !~ '^pg_'").fetchall())
    print(filled.owner.execute("select nspname, nspacl from pg_namespace").fetchall())
    print(filled.owner.execute("select datname, datacl from pg_database").fetchall())
