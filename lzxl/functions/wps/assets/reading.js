// Finds the form, its tables and its cover in a workbook: columns by the words of their headers, and which rows are data
// (lzxl/workbook/reading). Headers of two rows are left to the office.
//
// A sheet here is {name, rows, isFormula, merged, isHidden, isDate}: rows[r][c] counted from 1, null where blank; `merged`
// gives {row, column, rows, columns} of a cell's merged range, or null.
(function () {
  "use strict";

  var rules = LZXL_DATA.rules;
  var text = LZXL.text;
  var words = LZXL.words;
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
    if (LZXL.headers.isLong(cell)) cell = LZXL.headers.withoutInstruction(cell);
    return byKey(sheet, text.fold(cell)) || byKey(sheet, text.foldUnbracketed(cell));
  }

  function byKey(sheet, key) {
    if (!sheet.byHeader) {
      sheet.byHeader = {};
      sheet.fields.forEach(function (field) {
        field.header_keys.forEach(function (header) { sheet.byHeader[header] = field; });
      });
    }
    return text.has(sheet.byHeader, key) ? sheet.byHeader[key] : null;
  }

  // The field of the office's that a header names, "" if it names none: an older form's header has them among its own.
  function officeName(sheet, cell) {
    if (!isText(cell) || fieldFor(sheet, cell)) return "";
    var keys = [cell, LZXL.headers.withoutInstruction(cell)].reduce(function (found, written) {
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
    var names = {};
    cells.forEach(function (cell) {
      var field = cell && fieldFor(sheet, cell), office = cell && !field ? officeName(sheet, cell) : "";
      if (field || office) names[field ? field.name : office] = true;
    });
    return LZXL.headers.readsAsHeader(Array.prototype.slice.call(cells), Object.keys(names), sheet.subject);
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

  // Of several columns with one field's header the one that is the field.
  function bestColumn(content, header, field, columns) {
    if (columns.length === 1) return columns[0];
    return LZXL.headers.bestColumn(field, columns.map(function (column) {
      return {
        column: column, text: header.texts[column], is_hidden: content.isHidden(column),
        raws: rowsBelow(content, header.row).map(function (row) { return asShown(content, rawCell(content, row, column), row, column); })
      };
    }));
  }

  // The first rows with content below a header, as many as the office looks at.
  function rowsBelow(content, header) {
    return Object.keys(content.rows).map(Number).filter(function (row) { return row > header; }).slice(0, limits.rows_looked_at);
  }

  function asShown(content, raw, row, column) {
    return LZXL.values.shownAs(raw, function () { return content.isDate(row, column); }, content.date1904);
  }

  // A header whose words are only similar, if it can be just one field that has no column yet.
  function guessColumns(header, sheet) {
    var mapped = Object.keys(header.columns).map(function (name) { return header.columns[name]; });
    var free = sheet.fields.filter(function (field) { return !field.derived && !header.columns[field.name]; });
    var unknown = Object.keys(header.texts).map(Number).filter(function (column) {
      return mapped.indexOf(column) < 0 && !isAuxiliary(sheet, header.texts[column]) && !fieldFor(sheet, header.texts[column]);
    });
    header.guessed = LZXL.headers.guesses(unknown.map(function (column) { return [column, header.texts[column]]; }), free);
    Object.keys(header.guessed).forEach(function (name) { header.columns[name] = header.guessed[name]; });
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
      return [column, asShown(content, cells[column], row, column)];
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
      return content.isFormula(sources[index], column) && words.showsNothing(field, raw) ? null : raw;
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
    var shown = asShown(content, raw, row, column), read = words.parse(field, shown, content.date1904);
    return {
      value: read.value, problem: read.problem, suggestion: read.suggestion, noted: Boolean(read.note || read.problem),
      raw: shown, isFormula: content.isFormula(row, column)
    };
  }

  // The cover: each label is a cell of its own, its value is the cell to the right of it.
  function readCover(content, sheet) {
    var cover = {sheet: sheet, content: content, places: {}, cells: {}}, labels = labelsOf(content, sheet);
    Object.keys(labels).forEach(function (name) {
      var row = labels[name][0], column = lastColumn(content, row, labels[name][1]) + 1, field = fieldNamed(sheet, name);
      var raw = rawCell(content, row, column);
      if (content.isFormula(row, column) && words.showsNothing(field, raw)) raw = null;
      cover.places[name] = {row: row, column: column};
      cover.cells[name] = parsed(content, field, raw, row, column);
      cover.cells[name].isOwn = true;
    });
    return cover;
  }

  // Field name → [row, column] of its label.
  function labelsOf(content, sheet) {
    var named = [];
    content.rows.forEach(function (cells, row) {
      cells.forEach(function (cell, column) {
        var field = isText(cell) && LZXL.headers.mayBeLabel(cell) ? fieldFor(sheet, cell) : null;
        if (field) named.push({row: row, column: column, last_column: lastColumn(content, row, column), name: field.name});
      });
    });
    return LZXL.headers.labelPlaces(named);
  }

  // The last column of the merged range that begins in a cell; the cell's own where none does.
  function lastColumn(content, row, column) {
    var range = content.merged(row, column);
    return range && range.row === row && range.column === column ? column + range.columns - 1 : column;
  }

  // The form

  function headerScore(content, sheet) {
    var header = findHeader(content, sheet, false);
    if (!header) return 0;
    var columns = Object.keys(header.columns).map(function (name) { return header.columns[name]; });
    columns = columns.concat(Object.keys(header.texts).filter(function (column) {
      return officeName(sheet, header.texts[column]);
    }));
    return LZXL.headers.weightOf(columns.map(function (column) { return header.texts[column]; }));
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
    var fewest = LZXL.headers.fewestLabels(sheet.fields.length);
    contents.forEach(function (content) {
      if (definitionOf(content, form)) return;
      var labels = labelsOf(content, sheet), places = Object.keys(labels).map(function (name) { return labels[name]; });
      if (LZXL.headers.readAsCover(places, fewest)) {
        best = content;
        fewest = places.length + 1;
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
