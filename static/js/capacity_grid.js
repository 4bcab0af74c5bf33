// Quarter grids edited like a spreadsheet. Without this file they are a form of inputs with a button that saves.
// `say` and `live` are app.js's, which also warns before typed cells are left.
{
  const form = document.querySelector("[data-grids]");
  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const tables = [...form.querySelectorAll("[data-grid]")];

  let picked = null;      // { table, from: [row, column], to: [row, column] }: the selected block
  let before = "";        // what the cell with the focus held when it got it
  let isInText = false;   // arrows move within the text of the cell, after F2 or a second click
  const done = [], undone = [];  // lists of [input, before, after]

  const rowsOf = table => [...table.tBodies[0].rows];
  const width = table => table.tHead.rows[0].cells.length - 1;
  const cellAt = (table, row, column) => rowsOf(table)[row]?.cells[column + 1] ?? null;
  const inputAt = (table, row, column) => cellAt(table, row, column)?.querySelector("input") ?? null;
  const textAt = (table, row, column) => inputAt(table, row, column)?.value ?? cellAt(table, row, column)?.dataset.value ?? "";
  const placeOf = input => [input.closest("tr").sectionRowIndex, input.closest("td").cellIndex - 1];
  const gridOf = input => input.closest?.("[data-grid]") ?? null;

  // --- the selected block --------------------------------------------------------------------------------

  function block() {
    const [top, bottom] = [picked.from[0], picked.to[0]].sort((a, b) => a - b);
    const [left, right] = [picked.from[1], picked.to[1]].sort((a, b) => a - b);
    return { top, left, height: bottom - top + 1, width: right - left + 1 };
  }

  function* places({ top, left, height, width }) {
    for (let row = top; row < top + height; row++) for (let column = left; column < left + width; column++) yield [row, column];
  }

  const isSeveral = () => picked && (block().height > 1 || block().width > 1);

  function pick(table, from, to) {
    form.querySelectorAll(".picked").forEach(cell => { cell.classList.remove("picked"); cell.removeAttribute("aria-selected"); });
    picked = { table, from, to };
    if (!isSeveral()) return;
    for (const [row, column] of places(block())) {
      cellAt(table, row, column).classList.add("picked");
      cellAt(table, row, column).setAttribute("aria-selected", "true");
    }
    live.textContent = `${block().height} × ${block().width} cells selected`;
  }

  function extend(row, column) {
    const last = rowsOf(picked.table).length - 1;
    pick(picked.table, picked.from, [Math.max(0, Math.min(last, row)), Math.max(0, Math.min(width(picked.table) - 1, column))]);
  }

  // --- moving ----------------------------------------------------------------------------------------------

  // The next cell that can be typed in; up and down lead on into the grid of the next line.
  function move(input, [down, right]) {
    let table = gridOf(input), [row, column] = placeOf(input);
    for (;;) {
      [row, column] = [row + down, column + right];
      if (column < 0 || column >= width(table)) return;
      if (row < 0 || row >= rowsOf(table).length) {
        table = tables[tables.indexOf(table) + down];
        if (!table) return;
        row = down > 0 ? 0 : rowsOf(table).length - 1;
      }
      const found = inputAt(table, row, column);
      if (found) { found.focus(); return; }
    }
  }

  function moveToEdge(input, [down, right]) {
    const table = gridOf(input), [row, column] = placeOf(input);
    const line = down ? rowsOf(table).map((_, index) => inputAt(table, index, column)) : [...rowsOf(table)[row].querySelectorAll("input")];
    const cells = line.filter(Boolean);
    cells[down + right > 0 ? cells.length - 1 : 0].focus();
  }

  function arrow(event, input) {
    const step = STEPS[event.key];
    if (isInText && step[1]) return;
    event.preventDefault();
    if (event.shiftKey) extend(picked.to[0] + step[0], picked.to[1] + step[1]);
    else if (event.ctrlKey || event.metaKey) moveToEdge(input, step);
    else move(input, step);
  }

  // --- writing, and taking it back -------------------------------------------------------------------------

  function put(input, text) {
    input.value = text;
    input.removeAttribute("aria-invalid");
    input.dispatchEvent(new Event("input", { bubbles: true }));
    if (input === document.activeElement) before = text;
  }

  function write(wanted, text) {
    const changes = wanted.map(([input, value]) => [input, input.value, value]).filter(([, was, is]) => was !== is);
    if (!changes.length) return;
    changes.forEach(([input, , value]) => put(input, value));
    remember(changes);
    if (text) say(text, takeBackLast);
  }

  function remember(changes) {
    done.push(changes);
    undone.length = 0;
  }

  function keepTyped(input) {
    if (input.value !== before) remember([[input, before, input.value]]);
    before = input.value;
  }

  function takeBackLast() {
    const changes = done.pop();
    if (!changes) { live.textContent = "Nothing to undo"; return; }
    undone.push(changes);
    changes.forEach(([input, was]) => put(input, was));
    changes[0][0].focus();
    live.textContent = `Undone: ${changes.length} cells`;
  }

  function again() {
    const changes = undone.pop();
    if (!changes) return;
    done.push(changes);
    changes.forEach(([input, , is]) => put(input, is));
    changes[0][0].focus();
  }

  function undoKey(event, input) {
    if (event.shiftKey) { again(); return; }
    keepTyped(input);
    takeBackLast();
  }

  function empty() {
    const cells = [...places(block())].map(([row, column]) => inputAt(picked.table, row, column)).filter(Boolean);
    write(cells.map(input => [input, ""]), cells.length > 1 ? `Emptied ${cells.length} cells` : "");
  }

  // From the first row or column of the block; a single one takes what stands before it. False where nothing does.
  function fill(down, right) {
    const { top, left, height, width } = block();
    const isOne = down ? height === 1 : width === 1;
    if (isOne && (down ? top : left) === 0) return false;
    const from = down ? (isOne ? top - 1 : top) : (isOne ? left - 1 : left);
    const wanted = [...places(block())].map(([row, column]) => [
      inputAt(picked.table, row, column),
      down ? textAt(picked.table, from, column) : textAt(picked.table, row, from),
    ]);
    write(wanted.filter(([input]) => input), right ? "Filled right" : "Filled down");
    return true;
  }

  // --- the clipboard -----------------------------------------------------------------------------------------

  function copied() {
    const { top, left, height, width } = block();
    return Array.from({ length: height }, (_, row) =>
      Array.from({ length: width }, (_, column) => textAt(picked.table, top + row, left + column)).join("\t")).join("\n");
  }

  // No more than could ever fit: a whole worksheet may be on the clipboard.
  const read = text => text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n", 200)
    .map(line => line.split("\t", 50).map(cell => cell.trim()));

  // A block goes in at the first selected cell, and again and again where the selection is a multiple of it.
  function paste(lines) {
    const [high, wide] = [lines.length, Math.max(...lines.map(line => line.length))];
    const { top, left, height, width: across } = block();
    const area = { top, left, height: height % high ? high : height, width: across % wide ? wide : across };
    let lost = 0;
    const wanted = [];
    for (const [row, column] of places(area)) {
      const text = lines[(row - top) % high][(column - left) % wide] ?? "";
      const input = inputAt(picked.table, row, column);
      if (input) wanted.push([input, text.slice(0, input.maxLength)]); else lost += 1;
    }
    write(wanted, `Pasted ${wanted.length} cells${lost ? `; ${lost} did not fit the grid or its locked cells` : ""}`);
    pick(picked.table, [top, left], [top, left]);
    extend(top + area.height - 1, left + area.width - 1);
  }

  // --- sums over the states ------------------------------------------------------------------------------------

  function numberIn(text) {
    const plain = text.replace(/[\s'\u2019]/g, "");
    return Number(/^\d+,\d{1,2}$/.test(plain) ? plain.replace(",", ".") : plain.replaceAll(",", "")) || 0;
  }

  function sum(table) {
    [...table.tFoot.rows[0].cells].slice(1).forEach((cell, column) => {
      const total = rowsOf(table).reduce((all, _, row) => all + numberIn(textAt(table, row, column)), 0);
      cell.textContent = total.toLocaleString("en-GB", { maximumFractionDigits: 3 });
      cell.classList.toggle("beyond", total > Number(table.dataset.nominal ?? Infinity));
    });
  }

  // --- wiring ----------------------------------------------------------------------------------------------------

  const KEYS = {
    Enter: (event, input) => move(input, [event.shiftKey ? -1 : 1, 0]),
    F2: (event, input) => { isInText = true; input.setSelectionRange(input.value.length, input.value.length); },
    Escape: (event, input) => { put(input, before); isInText = false; pick(gridOf(input), placeOf(input), placeOf(input)); },
  };
  const CONTROL = {
    a: (event, input) => pick(gridOf(input), [0, 0], [rowsOf(gridOf(input)).length - 1, width(gridOf(input)) - 1]),
    d: () => fill(1, 0),
    r: () => fill(0, 1),
    s: () => form.requestSubmit(),
    y: () => again(),
    z: undoKey,
  };

  function control(event, input) {
    const action = CONTROL[event.key.toLowerCase()];
    if (!action || event.altKey || (event.shiftKey && event.key.toLowerCase() !== "z")) return;
    keepTyped(input);
    if (action(event, input) !== false) event.preventDefault();
  }

  form.addEventListener("keydown", event => {
    const input = event.target;
    if (!gridOf(input)) return;
    if (event.key in STEPS) arrow(event, input);
    else if (event.ctrlKey || event.metaKey) control(event, input);
    else if (event.key in KEYS) { event.preventDefault(); KEYS[event.key](event, input); }
    else if (event.key === "Delete" && !isInText || event.key === "Backspace" && isSeveral()) { event.preventDefault(); keepTyped(input); empty(); }
  });

  form.addEventListener("focusin", event => {
    if (!gridOf(event.target)) return;
    before = event.target.value;
    isInText = false;
    pick(gridOf(event.target), placeOf(event.target), placeOf(event.target));
    event.target.select();
  });
  form.addEventListener("focusout", event => { if (gridOf(event.target)) keepTyped(event.target); });
  form.addEventListener("input", event => {
    if (!gridOf(event.target)) return;
    event.target.removeAttribute("aria-invalid");
    sum(gridOf(event.target));
  });

  form.addEventListener("mousedown", event => {
    const table = gridOf(event.target);
    if (!table || !event.target.matches("input")) return;
    if (event.shiftKey && picked?.table === table) { event.preventDefault(); extend(...placeOf(event.target)); }
    else if (event.target === document.activeElement) isInText = true;
  });
  form.addEventListener("mouseover", event => {
    const isDragging = event.buttons === 1 && picked && event.target.matches("input") && gridOf(event.target) === picked.table;
    if (isDragging && gridOf(document.activeElement)) extend(...placeOf(event.target));
  });
  form.addEventListener("click", event => {
    const tool = event.target.closest("[data-grid-do]");
    if (tool) use(tool);
    else if (gridOf(event.target) && event.target === document.activeElement && !isInText && !isSeveral()) event.target.select();
  });

  function use(tool) {
    if (tool.dataset.gridDo === "undo") { takeBackLast(); return; }
    if (!picked || !tool.closest("section").contains(picked.table)) { say("Choose cells of this line first"); return; }
    if (tool.dataset.gridDo === "clear") empty();
    else if (!fill(Number(tool.dataset.gridDo === "down"), Number(tool.dataset.gridDo === "right"))) say("Nothing stands before these cells");
  }

  for (const kind of ["copy", "cut"]) form.addEventListener(kind, event => {
    if (!gridOf(event.target) || isInText) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", copied());
    if (kind === "cut") empty();
  });
  form.addEventListener("paste", event => {
    const text = event.clipboardData.getData("text/plain");
    if (!gridOf(event.target) || (isInText && !/[\t\n]/.test(text))) return;
    event.preventDefault();
    keepTyped(event.target);
    paste(read(text));
  });

  tables.forEach(table => {
    table.setAttribute("role", "grid");
    table.setAttribute("aria-multiselectable", "true");
    sum(table);
  });
}
