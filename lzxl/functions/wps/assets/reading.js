// Finds the form, its tables and its cover in a workbook: columns by the words of their headers, and which rows are data
// (lzxl/workbook/reading). Headers of two rows are left to the office.
//
// A sheet here is {name, rows, isFormula, merged, isHidden, isDate}: rows[r][c] counted from 1, null where blank; `merged`
// gives {row, column, rows, columns} of a cell's merged range, or null.
(function () {
  "use strict";

  var rules = LZXL_DATA.rules;
  var text = LZXL.text;
  var values = LZXL.values;
  var FEWEST_HEADERS = 3, LONGEST_HEADER = 40, ENOUGH_WITHOUT_SUBJECT = 6, SAME_WORDS = 0.8;

  var PAGE = new RegExp(rules.patterns.page), PAGE_WORD = new RegExp(rules.patterns.page_word, "i");
  var TOTAL = new RegExp(rules.patterns.total), NUMBERLIKE = new RegExp(rules.patterns.numberlike);
  var END = new RegExp(rules.patterns.end);
  var LONGEST_MARK = 40;
  var NOTE = new RegExp(rules.patterns.note), SIGNATURE = new RegExp(rules.patterns.signature);
  var BLANK_DATE = new RegExp(rules.patterns.blank_date);

  function isText(cell) {
    return typeof cell === "string";
  }

  function filledCells(cells) {
    return cells.filter(function (cell) { return !text.isBlank(cell); });
  }

  function fieldNamed(sheet, name) {
    return sheet.fields.filter(function (field) { return field.name === name; })[0];
  }

  // Headers

  function fieldFor(sheet, cell) {
    if (!isText(cell) || cell.length > LONGEST_HEADER) return null;
    return byKey(sheet, text.fold(cell)) || byKey(sheet, text.foldUnbracketed(cell));
  }

  function byKey(sheet, key) {
    if (!sheet.byHeader) {
      sheet.byHeader = {};
      sheet.fields.forEach(function (field) {
        field.headers.forEach(function (header) { sheet.byHeader[header] = field; });
      });
    }
    return text.has(sheet.byHeader, key) ? sheet.byHeader[key] : null;
  }

  function isHeader(sheet, cells) {
    var texts = 0, others = 0;
    cells.forEach(function (cell) {
      if (isText(cell)) texts += cell ? 1 : 0;
      else if (cell !== null && cell !== undefined) others++;
    });
    if (texts < 2 || others > texts) return false;
    var filled = filledCells(cells).length, names = {}, hasSubject = false;
    cells.forEach(function (cell) {
      var field = cell && fieldFor(sheet, cell);
      if (!field) return;
      names[field.name] = true;
      hasSubject = hasSubject || sheet.subject.indexOf(field.name) >= 0;
    });
    var distinct = Object.keys(names).length;
    if (filled < 2 || (!hasSubject && distinct < ENOUGH_WITHOUT_SUBJECT)) return false;
    if (others && 2 * distinct < filled) return false;
    return (distinct >= 3 && 3 * distinct >= filled) || (distinct === 2 && 3 * distinct >= 2 * filled);
  }

  function readHeader(content, sheet, row, isMarked) {
    var header = {row: row, columns: {}, texts: {}, ours: 0}, candidates = {};
    content.rows[row].forEach(function (cell, column) {
      if (isMarked && cell === rules.sheets.findings_column) header.ours = column;
      if (text.isBlank(cell) || column === header.ours) return;
      var field = fieldFor(sheet, cell);
      header.texts[column] = String(cell).trim();
      if (field) (candidates[field.name] = candidates[field.name] || []).push(column);
    });
    sheet.fields.forEach(function (field) {
      if (candidates[field.name]) header.columns[field.name] = bestColumn(content, header, field, candidates[field.name]);
    });
    guessColumns(header, sheet);
    return header;
  }

  // Of several columns with one field's header: a visible one, whose title is exact, that reads best.
  function bestColumn(content, header, field, columns) {
    function rank(column) {
      var readable = content.rows.filter(function (cells, row) {
        var raw = row > header.row ? cells[column] : null;
        return !text.isBlank(raw) && !values.parse(field, raw, content.date1904, always).problem;
      }).length;
      var isExact = text.fold(header.texts[column]) === text.fold(field.title);
      return (content.isHidden(column) ? 0 : 2e9) + (isExact ? 1e9 : 0) + readable;
    }
    return columns.length === 1 ? columns[0] : columns.reduce(function (best, column) {
      return rank(column) > rank(best) ? column : best;
    });
  }

  function always() {
    return true;
  }

  // A header whose words are only similar, if it can be just one field that has no column yet.
  function guessColumns(header, sheet) {
    var mapped = Object.keys(header.columns).map(function (name) { return header.columns[name]; });
    var free = sheet.fields.filter(function (field) { return !field.derived && !header.columns[field.name]; });
    Object.keys(header.texts).map(Number).forEach(function (column) {
      var folded = text.fold(header.texts[column]);
      if (mapped.indexOf(column) >= 0 || folded.length < 4 || isAuxiliary(sheet, header.texts[column])) return;
      if (fieldFor(sheet, header.texts[column])) return;
      var near = free.filter(function (field) { return isSimilar(field, folded); });
      if (near.length === 1 && !header.columns[near[0].name]) header.columns[near[0].name] = column;
    });
  }

  function isSimilar(field, folded) {
    return field.headers.some(function (key) { return key.length >= 4 && text.sameness(folded, key) >= SAME_WORDS; });
  }

  function isAuxiliary(sheet, written) {
    return sheet.auxiliary.indexOf(text.fold(written)) >= 0 || sheet.auxiliary.indexOf(text.foldUnbracketed(written)) >= 0;
  }

  function findHeader(content, sheet, isMarked) {
    for (var row = 1; row < content.rows.length; row++) {
      if (content.rows[row] && isHeader(sheet, content.rows[row])) return readHeader(content, sheet, row, isMarked);
    }
    return null;
  }

  // Rows

  function readTables(content, sheet, isMarked) {
    var header = findHeader(content, sheet, isMarked), tables = [];
    while (header) {
      var table = {sheet: sheet, content: content, header: header, rows: [], cells: {}};
      tables.push(table);
      header = collectRows(table, isMarked);
      takeCells(table);
    }
    return tables;
  }

  // Fills table.rows down to the next table's header, which is returned if there is one.
  function collectRows(table, isMarked) {
    var rows = table.content.rows;
    for (var row = table.header.row + 1; row < rows.length; row++) {
      var cells = rows[row];
      if (!cells || !filledCells(cells).length) continue;
      if (!isPlainlyData(table, cells) && isHeader(table.sheet, cells)) {
        var found = readHeader(table.content, table.sheet, row, isMarked);
        if (!isRepeated(found, table.header)) return found;
      } else if (isPlainlyData(table, cells) || isData(table, row, cells)) {
        table.rows.push(row);
      }
    }
    return null;
  }

  function isPlainlyData(table, cells) {
    var serial = table.header.columns.serial;
    if (!serial || typeof cells[serial] !== "number") return false;
    return table.sheet.subject.some(function (name) {
      var cell = cells[table.header.columns[name]];
      return isText(cell) && !text.isBlank(cell) && !isMark(cell);
    });
  }

  // Whether a text is a mark between records rather than the subject of one: 合计, 以下空白, 无, a signature.
  function isMark(cell) {
    if (cell.length > LONGEST_MARK) return false;
    var squeezed = text.compact(cell);
    return isTotalWord(cell) || END.test(text.fold(cell)) || values.isPlaceholder(cell) || SIGNATURE.test(squeezed);
  }

  function isTotalWord(cell) {
    return cell.length <= LONGEST_MARK &&
      TOTAL.test(text.compact(cell).toLowerCase().replace(/^[-_*·.。]+|[-_*·.。]+$/g, ""));
  }

  function isNumberlike(cell) {
    return isText(cell) ? cell.length <= LONGEST_MARK && NUMBERLIKE.test(text.compact(cell)) : true;
  }

  function isRepeated(found, header) {
    var names = Object.keys(found.columns);
    var same = names.filter(function (name) { return header.columns[name] === found.columns[name]; });
    return same.length * 2 > names.length;
  }

  function isData(table, row, cells) {
    var columns = Object.keys(cells).map(Number).filter(function (column) { return !text.isBlank(cells[column]); });
    if (columns.length === 1 && isText(cells[columns[0]]) && isLoneRemark(table, row, columns[0])) return false;
    if (isRemark(columns.map(function (column) { return cells[column]; }))) return false;
    var told = columns.filter(function (column) {
      return !isFiller(table, row, column) && !isResult(table, row, column, cells[column]);
    });
    return told.some(function (column) {
      var cell = cells[column];
      return !isText(cell) || !values.isPlaceholder(cell);
    });
  }

  // Whether a cell holds what a formula makes of nothing: FALSE, 0, anything that is no row's subject.
  function isResult(table, row, column, cell) {
    if (cell === false) return true;
    if (!table.content.isFormula(row, column)) return false;
    var field = fieldAt(table, column);
    return !isText(cell) || cell.trim() === "0" || !field || table.sheet.subject.indexOf(field.name) < 0;
  }

  // The field whose column it is; undefined for a column that is none's.
  function fieldAt(table, column) {
    return table.sheet.fields.filter(function (field) { return table.header.columns[field.name] === column; })[0];
  }

  function isLoneRemark(table, row, column) {
    var isAcross = spansTable(table, row, column), field = fieldAt(table, column);
    if (!isAcross && field && table.sheet.subject.indexOf(field.name) >= 0) return false;
    var squeezed = text.compact(table.content.rows[row][column]);
    return isAcross || isPage(squeezed) || NOTE.test(squeezed) || SIGNATURE.test(squeezed) ||
      BLANK_DATE.test(squeezed) || headerFollows(table, row);
  }

  function spansTable(table, row, column) {
    var range = table.content.merged(row, column);
    var last = Math.max.apply(null, Object.keys(table.header.texts).map(Number));
    return Boolean(range) && (range.columns >= 3 || (range.columns >= last && last > 1));
  }

  // Whether the next row with content is the header of another table.
  function headerFollows(table, row) {
    for (var below = row + 1; below <= row + 2; below++) {
      var cells = table.content.rows[below];
      if (!cells || !filledCells(cells).length) continue;
      return isHeader(table.sheet, cells) && !isRepeated(readHeader(table.content, table.sheet, below), table.header);
    }
    return false;
  }

  // Whether filled cells are a total, a signature, a page number or a note.
  function isRemark(filled) {
    var first = filled.filter(isText).map(text.compact)[0] || "";
    if (isTotal(filled) || isEnd(filled)) return true;
    if (!first || !filled.every(isText)) return false;
    return isSignature(filled.map(text.compact)) || (filled.length === 1 && (isPage(first) || NOTE.test(first)));
  }

  // A total is told by its word alone, numbers where a total has them, and hardly any other text.
  function isTotal(filled) {
    var words = filled.filter(function (cell) { return isText(cell) && !isNumberlike(cell); });
    if (!words.length || !isTotalWord(words[0])) return false;
    var numbers = filled.filter(isNumberlike).length, told = filled.length - numbers - 1;
    return (numbers > 0 || text.compact(words[0]) !== "计") && told <= Math.max(1, numbers);
  }

  function isEnd(filled) {
    var words = filled.filter(function (cell) { return !isNumberlike(cell); });
    return words.length === 1 && isText(words[0]) && words[0].length <= LONGEST_MARK && END.test(text.fold(words[0]));
  }

  function isSignature(texts) {
    if (texts.length > 10 || !texts.some(function (entry) { return SIGNATURE.test(entry); })) return false;
    return texts.every(function (entry) {
      var isAfterLabel = entry.length <= 6 && text.fold(entry) === entry.toLowerCase();
      return SIGNATURE.test(entry) || BLANK_DATE.test(entry) || isAfterLabel;
    });
  }

  function isPage(squeezed) {
    if (squeezed.indexOf("页") >= 0 && PAGE.test(squeezed)) return true;
    return squeezed.length <= 20 && PAGE_WORD.test(squeezed);
  }

  // Whether a filled cell alone does not make a row: its number, a computed cell, a cell under no header.
  function isFiller(table, row, column) {
    var field = fieldAt(table, column), isFormula = table.content.isFormula(row, column);
    if (!field) return !table.header.texts[column] || isFormula;
    return field.kind === "serial" || field.name === table.sheet.key || Boolean(field.derived) ||
      (Boolean(field.computed) && isFormula);
  }

  // Every mapped column of every data row; a merged cell is given to all the rows that it covers.
  function takeCells(table) {
    table.sheet.fields.forEach(function (field) {
      var column = table.header.columns[field.name];
      if (!column || field.derived) return;
      table.cells[field.name] = table.rows.map(function (row) { return takeCell(table, field, row, column); });
    });
  }

  function takeCell(table, field, row, column) {
    var content = table.content, source = row;
    if (text.isBlank(content.rows[row][column])) {
      var range = content.merged(row, column);
      if (range && range.column === column && range.row > table.header.row) source = range.row;
    }
    return readCell(content, field, source, column, row === source);
  }

  function readCell(content, field, row, column, isOwn) {
    var cells = content.rows[row], raw = cells && cells[column] !== undefined ? cells[column] : null;
    var cell = values.parse(field, raw, content.date1904, function () { return content.isDate(row, column); });
    cell.raw = raw;
    cell.isFormula = content.isFormula(row, column);
    cell.isOwn = isOwn;
    return cell;
  }

  // The cover: each label is a cell of its own, its value is the cell to the right of it.
  function readCover(content, sheet) {
    var cover = {sheet: sheet, content: content, places: {}, cells: {}};
    content.rows.forEach(function (cells, row) {
      cells.forEach(function (cell, column) {
        if (!isText(cell) || text.isBlank(cell) || cell.length > 30) return;
        var field = fieldFor(sheet, cell);
        if (!field || cover.places[field.name]) return;
        var range = content.merged(row, column);
        var place = column + (range && range.row === row && range.column === column ? range.columns : 1);
        cover.places[field.name] = {row: row, column: place};
        cover.cells[field.name] = readCell(content, field, row, place, true);
      });
    });
    return cover;
  }

  // The form

  function headerScore(content, sheet) {
    var header = findHeader(content, sheet, false);
    var found = header ? Object.keys(header.columns).length : 0;
    return found >= FEWEST_HEADERS ? found : 0;
  }

  function tablesOf(form) {
    return form.sheets.filter(function (sheet) { return sheet.layout === "table"; });
  }

  function named(sheets, content) {
    var folded = text.fold(content.name);
    return sheets.filter(function (sheet) { return sheet.names.indexOf(folded) >= 0; })[0];
  }

  // The form that the workbook's stamp names, else the one that its sheets look most like; null if they look like none.
  function recognise(contents, stampedForm) {
    var stamped = rules.forms.filter(function (form) { return form.id === stampedForm; })[0];
    if (stamped) return stamped;
    var best = null, highest = 0;
    rules.forms.forEach(function (form) {
      var score = contents.reduce(function (sum, content) { return sum + scoreAs(content, form); }, 0);
      if (score > highest) {
        best = form;
        highest = score;
      }
    });
    return best;
  }

  function scoreAs(content, form) {
    var sheet = named(tablesOf(form), content);
    var scores = (sheet ? [sheet] : tablesOf(form)).map(function (entry) { return headerScore(content, entry); });
    return Math.max.apply(null, [0].concat(scores));
  }

  function definitionOf(content, form) {
    var sheet = named(form.sheets, content), highest = 0;
    if (sheet) return sheet;
    tablesOf(form).forEach(function (entry) {
      var score = headerScore(content, entry);
      if (score > highest || (score > 0 && score === highest && entry.name === form.main)) {
        sheet = entry;
        highest = score;
      }
    });
    return sheet;
  }

  // What a workbook holds: {form, cover, tables, headless: sheets whose header was not found}; null if it is no form.
  function read(book) {
    var contents = book.sheets.filter(function (content) {
      return content.rows.length && rules.sheets.own.indexOf(content.name) < 0;
    });
    var form = recognise(contents, book.stamp.lzxl_form);
    if (!form) return null;
    var found = {form: form, cover: null, tables: [], headless: [], order: []};
    contents.forEach(function (content) {
      var sheet = definitionOf(content, form);
      if (!sheet || (sheet.layout === "labels" && found.cover)) return;
      found.order.push(content.name);
      if (sheet.layout === "labels") {
        found.cover = readCover(content, sheet);
        return;
      }
      var tables = readTables(content, sheet, book.isMarked);
      found.tables = found.tables.concat(tables);
      if (!tables.length) found.headless.push({sheet: sheet, content: content});
    });
    return found;
  }

  LZXL.reading = {read: read, fieldNamed: fieldNamed, fieldAt: fieldAt};
})();
