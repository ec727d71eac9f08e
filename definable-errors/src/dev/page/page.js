(() => {
  const root = document.documentElement;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  root.classList.add("js");

  const live = one(".live");
  const say = (text) => {
    live.textContent = text;
    clearTimeout(say.timer);
    say.timer = setTimeout(() => (live.textContent = ""), 2500);
  };
  const copy = async (id) => {
    const text = document.getElementById(id).textContent.replace(/^\n/, "");
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.body.appendChild(document.createElement("textarea"));
      area.value = text;
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    say("Copied");
  };
  for (const button of all("[data-copy]")) {
    button.addEventListener("click", () => copy(button.dataset.copy));
  }

  const filter = one("#filter");
  const mine = one("#mine");
  const apply = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of all(".own, .other")) {
      const text = item.querySelector(".fn").title.toLowerCase() + " " + item.textContent.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
    }
    for (const run of all(".run")) {
      run.hidden = ![...run.querySelectorAll(".other")].some((item) => !item.hidden);
      if (words.length) run.querySelector("details").open = true;
    }
  };
  filter?.addEventListener("input", apply);

  const move = (step) => {
    const heads = all(".frames > li > details > summary").filter((head) => head.offsetParent);
    if (!heads.length) return;
    const at = heads.indexOf(document.activeElement);
    const next = heads[Math.min(Math.max(at + step, 0), heads.length - 1)];
    next.focus();
    next.parentElement.open = true;
    next.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === filter) {
      if (event.key === "Escape") {
        filter.value = "";
        apply();
        filter.blur();
      }
      return;
    }
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "m" && mine) mine.click();
    else if (event.key === "c") copy("markdown");
    else if (event.key === "/" && filter) filter.focus();
    else return;
    event.preventDefault();
  });
})();
