// SPDX-FileCopyrightText: 2026 The kodeks founders
// SPDX-License-Identifier: MPL-2.0

// Starts the design system's scripts, also for what htmx has fetched since.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  DKFDS.init();
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt !== document.body) {
    DKFDS.init({ scope: event.detail.elt });
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
