// What the pages do beyond links and forms.  Everything here is a comfort: without it they work.
"use strict";

// Copy the words of a card; the button says that it was done.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const words = document.getElementById(button.dataset.copy).innerText;
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    const area = document.createElement("textarea");
    area.value = words;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  const label = button.querySelector("span");
  const before = label.textContent;
  label.textContent = "Copied";
  setTimeout(() => { label.textContent = before; }, 1600);
});

// Print, where the browser makes a PDF.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// A definition goes away on Escape, and stays inside the window.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll(".term:hover, .term:focus-within").forEach((one) => one.classList.add("shut"));
});
const placed = (event) => {
  const term = event.target.closest && event.target.closest(".term");
  if (!term) return;
  term.classList.remove("shut");
  term.classList.toggle("flip", term.getBoundingClientRect().left > window.innerWidth - 360);
};
document.addEventListener("focusin", placed);
document.addEventListener("mouseover", placed);

// A slider says its amount while it moves.
document.addEventListener("input", (event) => {
  const slider = event.target.closest("input[type=range][data-currency]");
  if (!slider) return;
  const amount = new Intl.NumberFormat("en-US", {
    style: "currency", currency: slider.dataset.currency || "USD", maximumFractionDigits: 0,
    currencyDisplay: "narrowSymbol",
  });
  document.getElementById(slider.dataset.shows).textContent = amount.format(Number(slider.value));
});
// Folded parts are printed as well.
window.addEventListener("beforeprint", () => {
  document.querySelectorAll("details[data-print-open]").forEach((one) => { one.open = true; });
});
// Open a whole tree, or close it again.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-open]");
  if (!button) return;
  const folds = document.querySelectorAll(`#${button.dataset.open} details`);
  const open = [...folds].some((one) => !one.open);
  folds.forEach((one) => { one.open = open; });
  button.textContent = open ? "Close all" : "Open all";
});

// Find among what is listed; shown only where there is a script to do it.
document.querySelectorAll("[data-find]").forEach((field) => {
  field.closest("[hidden]").hidden = false;
  field.addEventListener("input", () => {
    const words = (text) => text.trim().toLowerCase().replaceAll("_", " ");
    const wanted = words(field.value);
    document.querySelectorAll(field.dataset.find).forEach((one) => {
      one.hidden = !words(one.textContent).includes(wanted);
    });
  });
});

// What is sent twice by a double click is sent once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
});
