// SPDX-FileCopyrightText: 2026 The kodeks founders
// SPDX-License-Identifier: MPL-2.0

// Keys for lists and for a matter. They do what links and fields on the page do too: a link or a
// field with data-key is followed or focused, data-key-item are the lines of a list, and
// data-choose picks a topic in the form of decision, which the person sends themselves.
// Single keys can be switched off (WCAG 2.1.4); they are not heard while somebody types.
"use strict";

(() => {
  const OFF = "kodeks-keys-off";
  const typing = "input:not([type='radio']):not([type='checkbox']), textarea, select";

  const help = () => document.querySelector("[data-keys]");
  const say = (words) => {
    const said = document.querySelector("[data-keys-said]");
    if (said) said.textContent = words;
  };
  const isOff = () => {
    try {
      return localStorage.getItem(OFF) === "1";
    } catch {
      return false;
    }
  };

  function step(by) {
    const items = [...document.querySelectorAll("[data-key-item]")];
    const at = items.findIndex((item) => item === document.activeElement);
    const next = items[at < 0 ? (by > 0 ? 0 : items.length - 1) : at + by];
    if (next) next.focus();
  }

  function choose(button) {
    const form = document.getElementById("decision");
    if (!form) return;
    const { choose: choice, label } = button.dataset;
    const [name, value] = choice === "pick" ? ["picked", label] : ["choice", choice];
    const radio = form.querySelector(`input[name='${name}'][value='${CSS.escape(value)}']`);
    const topics = form.querySelector("select[name='label']");
    if (radio) radio.checked = true;
    if (topics && choice === "other") topics.value = label;
    say(`Valgt: ${button.dataset.title}. Skriv, hvad du lægger vægt på.`);
    const words = form.querySelector("textarea");
    (words && !words.value.trim() ? words : form.querySelector("button[type='submit']")).focus();
  }

  function use(key) {
    if (key === "j" || key === "k") return step(key === "j" ? 1 : -1);
    if (key === "?") return help()?.showModal();
    const found = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!found) return;
    if (found.matches("[data-choose]")) choose(found);
    else if (found.matches(`${typing}, [tabindex]`)) found.focus();
    else found.click();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter" && event.target.closest("#decision textarea")) {
      event.preventDefault();
      event.target.form.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (isOff() || event.target.closest(typing) || document.querySelector("dialog[open]")) return;
    if (event.key.length !== 1) return;
    const key = event.key.toLowerCase();
    if (!"jk?".includes(key) && !document.querySelector(`[data-key="${CSS.escape(key)}"]`)) return;
    event.preventDefault();
    use(key);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-choose]");
    if (button) choose(button);
    if (event.target.closest("[data-keys-open]")) help()?.showModal();
  });

  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-keys-on]")) return;
    try {
      localStorage.setItem(OFF, event.target.checked ? "0" : "1");
    } catch {
      say("Browseren gemmer ikke valget.");
    }
  });

  const begin = () => {
    for (const one of document.querySelectorAll(".kodeks-by-script[hidden]")) one.hidden = false;
    for (const one of document.querySelectorAll("[data-keys-on]")) one.checked = !isOff();
  };
  document.addEventListener("DOMContentLoaded", begin);
  document.addEventListener("htmx:afterSettle", begin);
})();
