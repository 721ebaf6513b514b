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
  var limits = rules.limits;

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
    if (!isText(cell)) return null;
    if (cell.length > limits.longest_header) cell = LZXL.rows.withoutInstruction(cell);
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

  // The field of the office's that a header names, "" if it names none: an older form's header has them among its own.
  function officeName(sheet, cell) {
    if (!isText(cell) || fieldFor(sheet, cell)) return "";
    var keys = [cell, LZXL.rows.withoutInstruction(cell)].reduce(function (found, written) {
      return found.concat(text.fold(written), text.foldUnbracketed(written));
    }, []).filter(function (key) { return text.has(sheet.office, key); });
    return keys.length ? sheet.office[keys[0]] : "";
  }

  // What units wrote into columns of the office's is none of the check's (lzxl/workbook/reading/office_fields.py).
  function emptyOfficeColumns(content, sheet) {
    var columns = [];
    if (!Object.keys(sheet.office).length) return;
    content.rows.forEach(function (cells) {
      if (isHeader(sheet, cells)) {
        columns = [];
        cells.forEach(function (cell, column) { if (officeName(sheet, cell)) columns.push(column); });
      }
      columns.forEach(function (column) { if (column in cells) cells[column] = null; });
    });
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
      var field = cell && fieldFor(sheet, cell), office = cell && !field ? officeName(sheet, cell) : "";
      if (office) names[office] = true;
      if (!field) return;
      names[field.name] = true;
      hasSubject = hasSubject || sheet.subject.indexOf(field.name) >= 0;
    });
    var distinct = Object.keys(names).length;
    if (filled < 2 || (!hasSubject && distinct < limits.enough_without_subject)) return false;
    if (others && 2 * distinct < filled) return false;
    return (distinct >= 3 && 3 * distinct >= filled) || (distinct === 2 && 3 * distinct >= 2 * filled);
  }

  function readHeader(content, sheet, row, isMarked) {
    var header = {row: row, columns: {}, texts: {}, guessed: {}, ours: 0}, candidates = {};
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
      if (near.length !== 1 || header.columns[near[0].name]) return;
      header.columns[near[0].name] = column;
      header.guessed[near[0].name] = column;
    });
  }

  function isSimilar(field, folded) {
    return field.headers.some(function (key) { return key.length >= 4 && text.sameness(folded, key) >= limits.same_words; });
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
    emptyOfficeColumns(content, sheet);
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
    var rows = table.content.rows, judge = judgeOf(table), dropped = {}, previous = table.header.row;
    for (var row = table.header.row + 1; row < rows.length; row++) {
      var cells = rows[row];
      if (!cells || !filledCells(cells).length) continue;
      if (isPlainlyData(table, cells)) {
        table.rows.push(row);
      } else if (isHeader(table.sheet, cells)) {
        var found = readHeader(table.content, table.sheet, row, isMarked);
        if (!isRepeated(found, table.header)) return found;
        dropped[row] = "repeated_header";
      } else {
        var isBelowHeader = previous === table.header.row || rules.above_data.indexOf(dropped[previous]) >= 0;
        var kind = LZXL.rows.kindOf(judge, row, filledPlaces(table.content, row), isBelowHeader);
        if (kind === null) continue;
        if (kind === "data") table.rows.push(row);
        else dropped[row] = kind;
      }
      previous = row;
    }
    return null;
  }

  // What the rules on rows have to know of a table (lzxl/workbook/reading/row_judge.py).
  function judgeOf(table) {
    var mapped = {};
    Object.keys(table.header.columns).forEach(function (name) {
      mapped[table.header.columns[name]] = fieldNamed(table.sheet, name);
    });
    return {
      mapped: mapped, headed: table.header.texts, ours: table.header.ours ? [table.header.ours] : [],
      subject: table.sheet.subject, key: table.sheet.key, hints: table.sheet.hints, is_formula: table.content.isFormula,
      spans: function (row, column) { return spansTable(table, row, column); },
      header_follows: function (row) { return headerFollows(table, row); }
    };
  }

  // [column, cell] of what is not blank in a row; a number that is shown as a date as that.
  function filledPlaces(content, row) {
    var cells = content.rows[row];
    return Object.keys(cells).map(Number).filter(function (column) { return !text.isBlank(cells[column]); }).map(function (column) {
      var cell = cells[column];
      return [column, typeof cell === "number" && content.isDate(row, column) ? {date: cell} : cell];
    });
  }

  function isPlainlyData(table, cells) {
    var serial = table.header.columns.serial;
    if (!serial || typeof cells[serial] !== "number") return false;
    return table.sheet.subject.some(function (name) {
      var cell = cells[table.header.columns[name]];
      return isText(cell) && !text.isBlank(cell) && !LZXL.rows.isMark(cell);
    });
  }

  function isRepeated(found, header) {
    var names = Object.keys(found.columns);
    var same = names.filter(function (name) { return header.columns[name] === found.columns[name]; });
    return same.length * 2 > names.length;
  }

  // The field whose column it is; undefined for a column that is none's.
  function fieldAt(table, column) {
    return table.sheet.fields.filter(function (field) { return table.header.columns[field.name] === column; })[0];
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

  // Every mapped column of every data row; a merged cell is given to all the rows that it covers, 同上 says what it points to.
  function takeCells(table) {
    table.sheet.fields.forEach(function (field) {
      var column = table.header.columns[field.name];
      if (column && !field.derived) table.cells[field.name] = takeColumn(table, field, column);
    });
  }

  function takeColumn(table, field, column) {
    var content = table.content, sources = table.rows.map(function (row) { return sourceOf(table, row, column); });
    var left = table.header.texts[column - 1] === undefined ? null : rawCells(content, sources, column - 1);
    var raws = rawCells(content, sources, column).map(function (raw, index) {
      return content.isFormula(sources[index], column) && values.showsNothing(field, raw) ? null : raw;
    });
    var pointed = LZXL.rows.follow(table.sheet, field, raws, left);
    return table.rows.map(function (row, index) {
      var cell = parsed(content, field, pointed.raws[index], sources[index], column);
      if (text.has(pointed.typed, index)) {
        cell.raw = pointed.typed[index];
        cell.noted = true;
      }
      if (text.has(pointed.problems, index)) cell.problem = pointed.problems[index];
      cell.isOwn = row === sources[index];
      return cell;
    });
  }

  // The row that a cell's content stands in: of cells merged below each other, the first.
  function sourceOf(table, row, column) {
    if (!text.isBlank(table.content.rows[row][column])) return row;
    var range = table.content.merged(row, column);
    return range && range.column === column && range.row > table.header.row ? range.row : row;
  }

  function rawCells(content, rows, column) {
    return rows.map(function (row) { return rawCell(content, row, column); });
  }

  function rawCell(content, row, column) {
    var cells = content.rows[row];
    return cells && cells[column] !== undefined ? cells[column] : null;
  }

  function parsed(content, field, raw, row, column) {
    var cell = values.parse(field, raw, content.date1904, function () { return content.isDate(row, column); });
    cell.raw = raw;
    cell.isFormula = content.isFormula(row, column);
    return cell;
  }

  // The cover: each label is a cell of its own, its value is the cell to the right of it.
  function readCover(content, sheet) {
    var cover = {sheet: sheet, content: content, places: {}, cells: {}};
    content.rows.forEach(function (cells, row) {
      cells.forEach(function (cell, column) {
        if (!isText(cell) || text.isBlank(cell) || cell.length > limits.longest_label) return;
        var field = fieldFor(sheet, cell);
        if (!field || cover.places[field.name]) return;
        var range = content.merged(row, column);
        var place = column + (range && range.row === row && range.column === column ? range.columns : 1);
        cover.places[field.name] = {row: row, column: place};
        var raw = rawCell(content, row, place);
        if (content.isFormula(row, place) && values.showsNothing(field, raw)) raw = null;
        cover.cells[field.name] = parsed(content, field, raw, row, place);
        cover.cells[field.name].isOwn = true;
      });
    });
    return cover;
  }

  // The form

  function headerScore(content, sheet) {
    var header = findHeader(content, sheet, false);
    var columns = header ? Object.keys(header.columns).map(function (name) { return header.columns[name]; }) : [];
    columns = columns.concat(Object.keys(header ? header.texts : {}).filter(function (column) {
      return officeName(sheet, header.texts[column]);
    }));
    var typical = columns.filter(function (column) { return !isCommon(header.texts[column]); }).length;
    return columns.length >= limits.fewest_headers && typical >= limits.fewest_typical ? columns.length : 0;
  }

  // Whether a header says nothing about the table it stands in: any list in any office may have it.
  function isCommon(header) {
    return rules.common_headers.indexOf(text.fold(header)) >= 0 || rules.common_headers.indexOf(text.foldUnbracketed(header)) >= 0;
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

  function coverSheet(form) {
    return form.sheets.filter(function (sheet) { return sheet.layout === "labels"; })[0] || null;
  }

  // Where no sheet is called as a cover is, the one that has most of its labels, below each other.
  function coverOf(contents, form) {
    var sheet = coverSheet(form), best = null;
    if (!sheet || contents.some(function (content) { return named([sheet], content); })) return null;
    var most = Math.max(limits.fewest_headers, Math.floor(sheet.fields.length / 2)) - 1;
    contents.forEach(function (content) {
      if (definitionOf(content, form)) return;
      var places = readCover(content, sheet).places, rows = {};
      var names = Object.keys(places);
      names.forEach(function (name) { rows[places[name].row] = true; });
      if (names.length > most && 2 * Object.keys(rows).length > names.length) {
        best = content;
        most = names.length;
      }
    });
    return best;
  }

  // What a workbook holds: {form, cover, tables, headless: sheets whose header was not found}; null if it is no form.
  function read(book) {
    var contents = book.sheets.filter(function (content) {
      return content.rows.length && rules.sheets.own.indexOf(content.name) < 0;
    });
    var form = recognise(contents, book.stamp.lzxl_form);
    if (!form) return null;
    var found = {form: form, cover: null, tables: [], headless: [], renamed: [], order: []};
    var cover = coverOf(contents, form);
    contents.forEach(function (content) {
      var sheet = content === cover ? coverSheet(form) : definitionOf(content, form);
      if (!sheet || (sheet.layout === "labels" && found.cover)) return;
      found.order.push(content.name);
      if (!named(form.sheets, content)) found.renamed.push({sheet: sheet, content: content});
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
