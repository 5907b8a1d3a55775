# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A citizen's insight in one matter: one bundle, told on a page, in a letter and as data.

`bundle.build` makes it of the kernel's records. The page (templates/workbench/insight.html), the
letter (`letter`) and the file of an access request (`export`) are renderings of it and add nothing.
"""
