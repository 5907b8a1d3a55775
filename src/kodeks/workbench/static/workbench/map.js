// SPDX-FileCopyrightText: 2026 The kodeks founders
// SPDX-License-Identifier: MPL-2.0

// Maps without a tile server: our own districts and streets as lines, and points as numbered
// circles that lead to the same line of the table beside the map. Everything comes as GeoJSON from
// our own server. Points at the same place open as one list. Where thousands are shown (data-many)
// they are small, without numbers, on one canvas, and coloured by their kind; the table beside the
// map is then how one gets to each without a mouse.
"use strict";

(() => {
  const district = { color: "#747474", weight: 1, fillColor: "#eef3ee", fillOpacity: 1 };
  const street = { color: "#b9b9b9", weight: 3, interactive: false };
  const calm = { color: "#ffffff", weight: 2, fillColor: "#005f9e", fillOpacity: 1, radius: 11 };
  const urgent = { ...calm, fillColor: "#b00000" };
  // Light to dark, told apart by size too: nobody needs to see colours.
  const small = { color: "#454545", weight: 1, fillOpacity: 1 };
  const kinds = {
    low: { ...small, fillColor: "#ffffff", radius: 4 },
    middle: { ...small, fillColor: "#7fb2d9", radius: 5 },
    high: { ...small, fillColor: "#002f5f", radius: 7 },
    unknown: { ...small, fillColor: "#f2c94c", radius: 4 },
  };
  const ring = { color: "#b00000", weight: 3 };
  const rank = ["unknown", "low", "middle", "high"];

  const asked = async (address) => {
    const answer = await fetch(address, { headers: { Accept: "application/geo+json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  function line(properties) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = properties.url;
    link.textContent = properties.n ? `${properties.n}. ${properties.title}` : properties.title;
    item.append(link);
    if (properties.text) item.append(document.createElement("br"), properties.text);
    return item;
  }

  function listed(features) {
    const list = document.createElement("ul");
    list.className = "nobullet-list kodeks-map-list";
    list.append(...features.map((one) => line(one.properties)));
    return list;
  }

  function opens(circle, features) {
    // The list is made when it is opened: of thousands few are.
    circle.bindPopup(() => listed(features), { maxWidth: 280, maxHeight: 220 });
    circle.on("popupopen", ({ popup }) => {
      const close = popup.getElement().querySelector(".leaflet-popup-close-button");
      close?.setAttribute("aria-label", "Luk");
    });
  }

  function dot(map, at, features) {
    const fullest = Math.max(...features.map((one) => rank.indexOf(one.properties.kind)));
    const hurried = features.some((one) => one.properties.urgent);
    const style = kinds[rank[Math.max(fullest, 0)]];
    const circle = L.circleMarker(at, hurried ? { ...style, ...ring } : style);
    opens(circle, features);
    circle.addTo(map);
    return { circle, hurried, fullest };
  }

  function pin(map, at, features) {
    const first = features[0].properties;
    const hurried = features.some((one) => one.properties.urgent);
    const circle = L.circleMarker(at, hurried ? urgent : calm);
    opens(circle, features);
    const words = features.length === 1 ? String(first.n) : `${features.length}×`;
    circle.bindTooltip(words, {
      permanent: true, direction: "center", className: "kodeks-map-number",
    });
    circle.addTo(map);
    const element = circle.getElement();
    if (element) {
      const names = features.map((one) => `${one.properties.n}. ${one.properties.title}`);
      element.setAttribute("tabindex", "0");
      element.setAttribute("role", "button");
      element.setAttribute("aria-label", names.join("; ") + (hurried ? " (haster)" : ""));
      element.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          circle.openPopup();
          circle.getPopup().getElement()?.querySelector("li a")?.focus();
        }
      });
    }
    return circle;
  }

  async function show(place) {
    const [behind, points] = await Promise.all([
      asked(place.dataset.background), asked(place.dataset.points),
    ]);
    if (!points.features.length) return;
    place.hidden = false;
    place.nextElementSibling.hidden = false;
    const many = "many" in place.dataset;
    const map = L.map(place, {
      attributionControl: false, zoomControl: false, zoomSnap: 0.25, scrollWheelZoom: false,
      preferCanvas: many,
    });
    // What is drawn before the map knows where it looks has no place to be drawn in.
    const frame = L.latLngBounds(
      points.features.map(({ geometry: { coordinates: [longitude, latitude] } }) => [
        latitude, longitude,
      ]),
    );
    const single = frame.getNorthWest().equals(frame.getSouthEast());
    // The frame of one point is no frame: show its district's surroundings.
    if (single) map.setView(frame.getCenter(), 15);
    else map.fitBounds(frame.pad(0.15), { maxZoom: 16, animate: false });
    L.control.zoom({ zoomInTitle: "Zoom ind", zoomOutTitle: "Zoom ud" }).addTo(map);
    const ground = L.geoJSON(behind, {
      style: (feature) => (feature.properties.kind === "district" ? district : street),
      interactive: false,
    }).addTo(map);
    for (const area of ground.getLayers()) {
      if (area.feature.properties.kind === "district") {
        area.bindTooltip(area.feature.properties.title, {
          permanent: true, direction: "center", className: "kodeks-map-district",
        });
      }
    }
    const groups = new Map();
    for (const one of points.features) {
      const key = one.geometry.coordinates.map((number) => number.toFixed(4)).join();
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    const drawn = [];
    for (const features of groups.values()) {
      const [longitude, latitude] = features[0].geometry.coordinates;
      drawn.push((many ? dot : pin)(map, [latitude, longitude], features));
    }
    // What is full, and then what waits for somebody, lies on top.
    if (many) {
      for (const one of drawn.filter((each) => each.fullest === rank.length - 1)) {
        one.circle.bringToFront();
      }
      for (const one of drawn.filter((each) => each.hurried)) one.circle.bringToFront();
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const place of document.querySelectorAll("[data-map]")) {
      show(place).catch(() => {
        place.hidden = true;
      });
    }
  });
})();
