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
