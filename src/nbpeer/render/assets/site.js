// The search: what it needs is loaded when somebody first looks for something. Text is only ever set as text.
(() => {
  const root = document.currentScript.dataset.root;
  const box = document.querySelector("[data-search]");
  const input = box.querySelector("input");
  const [found, page, list, count] = ["found", "page", "list", "count"].map((name) => document.querySelector(`[data-${name}]`));
  const SHOWN = 50;
  box.hidden = false;

  const load = (path) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = root + path;
      script.onload = resolve;
      script.onerror = () => reject(new Error(`${path} could not be loaded`));
      document.head.append(script);
    });

  let ready;
  const engine = () =>
    (ready ??= Promise.all([load("assets/minisearch.js"), load("search-data.js")]).then(async () => {
      const search = new MiniSearch({
        fields: ["title", "question", "answer", "words"],
        storeFields: ["title", "question", "status", "href"],
        searchOptions: { boost: { title: 4, question: 2 }, prefix: true, fuzzy: (word) => (word.length > 4 ? 0.2 : false), combineWith: "AND" },
      });
      await search.addAllAsync(window.nbpeerDocuments, { chunkSize: 500 });
      return search;
    }));

  const element = (name, className, text) => {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  };

  const LOOKS = { approved: "good", "in review": "changed", lapsed: "warn" };
  const row = (one) => {
    const item = element("li", "row", "");
    const title = element("p", "row-title", "");
    const link = element("a", "", one.title);
    link.href = root + one.href;
    title.append(link, element("span", `chip chip-${LOOKS[one.status] ?? "plain"}`, one.status));
    item.append(title);
    if (one.question) item.append(element("p", "row-question", one.question));
    return item;
  };

  const show = async () => {
    const words = input.value.trim();
    found.hidden = !words;
    page.hidden = !!words;
    if (!words) return;
    count.textContent = "Searching…";
    try {
      const results = (await engine()).search(words);
      if (words !== input.value.trim()) return;
      list.replaceChildren(...results.slice(0, SHOWN).map(row));
      const more = results.length > SHOWN ? `, the best ${SHOWN} shown` : "";
      count.textContent = results.length === 1 ? "1 analysis" : `${results.length.toLocaleString("en")} analyses${more}`;
    } catch (error) {
      count.textContent = error.message;
    }
  };

  input.addEventListener("input", show);
  input.addEventListener("focus", () => engine().catch(() => {}), { once: true });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, textarea, select")) {
      event.preventDefault();
      input.focus();
    } else if (event.key === "Escape" && event.target === input) {
      input.value = "";
      show();
    }
  });
  if (input.value) show();
})();
