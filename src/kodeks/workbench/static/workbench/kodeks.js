// SPDX-FileCopyrightText: 2026 The kodeks founders
// SPDX-License-Identifier: MPL-2.0

// Starts the design system's scripts, also for what htmx has fetched since.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  DKFDS.init();
});

// Not DKFDS.init with a scope: it would build the main menu once more.
document.addEventListener("htmx:afterSettle", (event) => {
  const fetched = event.detail.elt;
  for (const table of fetched.querySelectorAll("table[class*='-responsive-headers']")) {
    new DKFDS.ResponsiveTable(table);
  }
  for (const text of fetched.querySelectorAll(".form-limit")) {
    new DKFDS.CharacterLimit(text).init();
  }
  for (const errors of fetched.querySelectorAll("[data-module='error-summary']")) {
    new DKFDS.ErrorSummary(errors).init();
  }
});

// What somebody has chosen or typed stays when a part of their form comes anew.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  for (const field of target.querySelectorAll("input[id], select[id], textarea[id]")) {
    const anew = fragment.querySelector(`#${CSS.escape(field.id)}`);
    if (anew && field.type !== "hidden") {
      anew.value = field.value;
      anew.checked = field.checked;
    }
  }
});
