"use strict";
(function () {
  const root = document.documentElement;
  const status = document.querySelector("[data-status]");
  const help = document.querySelector("[data-help]");
  const changes = Array.from(document.querySelectorAll("[data-change]"));
  let place = -1;

  function go(step) {
    if (!changes.length) {
      status.textContent = "No changes";
      return;
    }
    if (place >= 0) changes[place].classList.remove("is-here");
    place = place < 0 ? (step > 0 ? 0 : changes.length - 1) : (place + step + changes.length) % changes.length;
    const target = changes[place];
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target.classList.add("is-here");
    target.setAttribute("tabindex", "-1");
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "center" });
    status.textContent = "Change " + (place + 1) + " of " + changes.length;
  }

  function toggleCode() {
    const button = document.querySelector('[data-do="code"]');
    const open = button.getAttribute("aria-pressed") !== "true";
    document.querySelectorAll("details.source").forEach((source) => {
      source.open = open;
    });
    button.setAttribute("aria-pressed", String(open));
  }

  function toggleRoot(name, attribute, value) {
    const button = document.querySelector('[data-do="' + name + '"]');
    if (!button) return;
    const on = button.getAttribute("aria-pressed") !== "true";
    if (on) root.dataset[attribute] = value;
    else delete root.dataset[attribute];
    button.setAttribute("aria-pressed", String(on));
    reachSoon();
  }

  function toggleTheme() {
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : window.matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  }

  function showHelp() {
    if (help.open) help.close();
    else help.showModal();
  }

  // What scrolls inside its own box must be reachable by keyboard in every browser.
  let waiting = 0;

  function reach() {
    waiting = 0;
    Array.from(document.querySelectorAll(".box, .prose, .excerpt, .highlight, .highlight pre, pre.output, .sections"))
      .filter((box) => box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight + 1)
      .forEach((box) => {
        box.tabIndex = 0;
      });
  }

  function reachSoon() {
    waiting = waiting || window.requestAnimationFrame(reach);
  }

  const actions = {
    next: () => go(1),
    previous: () => go(-1),
    code: toggleCode,
    story: () => toggleRoot("story", "view", "story"),
    unchanged: () => toggleRoot("unchanged", "unchanged", "hidden"),
    theme: toggleTheme,
    help: showHelp,
  };
  // On a page with a story view, c hides the code; on one with folded code, it opens it.
  const hasStory = document.querySelector('[data-do="story"]');
  const keys = { n: "next", p: "previous", c: hasStory ? "story" : "code", u: "unchanged", "?": "help" };

  document.querySelectorAll("[data-do]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => actions[button.dataset.do]());
  });
  document.querySelectorAll("[data-keys]").forEach((hint) => {
    hint.hidden = false;
  });
  document.addEventListener("keydown", (event) => {
    const action = keys[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    if (help.open && action !== "help") return;
    event.preventDefault();
    actions[action]();
  });
  document.addEventListener("toggle", reachSoon, true);
  window.addEventListener("resize", reachSoon);
  reachSoon();
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details").forEach((fold) => {
      fold.open = true;
    });
  });
})();
