// Live weights on the match page: the panel's numbers always add up to 100 here; the server ranks, and htmx asks
// it. Listeners stand on the document, because Back and Reload bring a panel of their own.
{
  const rowsOf = panel => [...panel.querySelectorAll("[data-head]")];
  const numberOf = row => row.querySelector("[data-number]");
  const sliderOf = row => row.querySelector("[data-slider]");
  const rankOf = row => row.querySelector("[data-rank]");
  const valueOf = row => Number(numberOf(row).value);
  const isKept = row => row.querySelector("[name=keep]").checked;

  let moving = "";      // what is being moved
  let before = {};      // all weights when that move began, so that moving to and fro changes nothing
  let asked = null;     // the move that the last request was for
  let isReset = false;

  function show(row, tenths) {
    numberOf(row).value = tenths / 10;
    sliderOf(row).value = tenths / 10;
  }

  // `values` in the proportions they have, rounded so that the tenths add up: each gets what the running sum gains.
  function share(rows, values, tenths) {
    const sum = values.reduce((total, value) => total + value, 0);
    let running = 0, shown = 0;
    rows.forEach((row, index) => {
      running += sum ? values[index] / sum : 1 / rows.length;
      const upTo = Math.round(running * tenths);
      show(row, upTo - shown);
      shown = upTo;
    });
  }

  function rescale(panel, row, wanted, isTyped) {
    const rows = rowsOf(panel);
    if (moving !== row.dataset.head) {
      moving = row.dataset.head;
      before = Object.fromEntries(rows.map(each => [each.dataset.head, valueOf(each)]));
    }
    const others = rows.filter(each => each !== row);
    const free = others.filter(each => !isKept(each));
    const held = others.filter(isKept).reduce((total, each) => total + Math.round(valueOf(each) * 10), 0);
    const room = Math.max(1000 - held, 0);
    const tenths = free.length ? Math.min(Math.max(Math.round(wanted * 10), 0), room) : room;
    if (isTyped) sliderOf(row).value = tenths / 10; else show(row, tenths);
    share(free, free.map(each => before[each.dataset.head]), room - tenths);
  }

  // Two heads change places, so that every rank is given once.
  function swapRanks(panel, row) {
    const rows = rowsOf(panel);
    const taken = new Set(rows.map(each => rankOf(each).value));
    const missing = rows.map((_, index) => String(index + 1)).find(rank => !taken.has(rank));
    const other = rows.find(each => each !== row && rankOf(each).value === rankOf(row).value);
    if (other && missing) rankOf(other).value = missing;
  }

  function rankByWeight(panel) {
    [...rowsOf(panel)].sort((a, b) => valueOf(b) - valueOf(a)).forEach((row, index) => { rankOf(row).value = index + 1; });
  }

  // Before htmx hears of the change, so that it sends what the panel shows.
  document.addEventListener("input", event => {
    const panel = event.target.closest("[data-weights]");
    const row = event.target.closest("[data-head]");
    if (!panel) return;
    if (event.target.matches("[data-slider]")) rescale(panel, row, Number(event.target.value), false);
    else if (event.target.matches("[data-number]")) {
      if (!event.target.value || !event.target.checkValidity()) { event.stopPropagation(); return; }
      rescale(panel, row, Number(event.target.value), true);
    } else {
      moving = event.target.name;
      if (event.target.matches("[data-rank]")) swapRanks(panel, row);
      if (event.target.name === "by" && event.target.value === "order") rankByWeight(panel);
    }
  }, true);

  // What was typed stays while it is typed, and is what fits once it is done.
  document.addEventListener("change", event => {
    const row = event.target.matches("[data-number]") && event.target.closest("[data-head]");
    if (row && event.target.checkValidity() && event.target.value) rescale(row.closest("[data-weights]"), row, valueOf(row), false);
  });

  document.addEventListener("click", event => {
    const link = event.target.closest("a[data-weigh]");
    const panel = document.querySelector("[data-weights]");
    if (!link || !panel || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const numbers = link.dataset.weigh.split(" ").map(Number);
    rowsOf(panel).forEach((row, index) => {
      show(row, Math.round(numbers[index] * 10));
      row.querySelector("[name=keep]").checked = false;
    });
    rankByWeight(panel);
    panel.querySelector("[name=by][value=points]").checked = true;
    moving = link.dataset.weigh;
    panel.dispatchEvent(new Event("input", { bubbles: true }));
    isReset = !panel.contains(link);
  });

  // The Reset of the strip goes with the preview; whoever pressed it is led to the panel, or to what opens it.
  document.addEventListener("htmx:afterSettle", () => {
    if (!isReset) return;
    isReset = false;
    const controls = [...document.querySelectorAll("[data-weights] [data-own], [popovertarget=weights]")];
    controls.find(control => control.checkVisibility())?.focus();
  });

  // One move is one step for the Back button, however many requests it takes.
  document.addEventListener("htmx:configRequest", event => {
    if (!event.target.matches("[data-weights]")) return;
    if (moving === asked) event.detail.headers["X-Same-Move"] = "1";
    asked = moving;
  });
  document.addEventListener("htmx:historyRestore", () => { moving = ""; asked = null; });
}
