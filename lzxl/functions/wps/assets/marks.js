// Shows findings in the workbook, as a list and as colours and notes of cells, and takes them away again. The list stands on
// the sheet 问题清单, below the office's own list where a returned workbook has one. Three hidden columns of it remember each
// coloured cell, its former colour and our note; the cell as a formula, which follows it when rows are inserted or deleted.
(function () {
  "use strict";

  var rules = LZXL_DATA.rules;
  var workbooks = LZXL.workbook;
  var TITLE = "本簿自查结果";
  var NOTE = "只查了本簿自身能看出的问题：必填、用词、格式、字数、范围、重复、手填等级。" +
    "各表之间、各单位之间以及与名册、期次的核对，由办公室在收到报送件后进行。" +
    "改好后可再点“校验本簿”；排序或报送前请点“清除标记”。";
  var CELL_COLUMN = 12, COLOUR_COLUMN = 13, NOTE_COLUMN = 14;
  var NO_FILL = -4142, WRAP_FROM = 6;
  var PERMISSIONS = [
    "AllowFormattingCells", "AllowFormattingColumns", "AllowFormattingRows", "AllowInsertingColumns",
    "AllowInsertingRows", "AllowInsertingHyperlinks", "AllowDeletingColumns", "AllowDeletingRows", "AllowSorting",
    "AllowFiltering", "AllowUsingPivotTables"
  ];

  function address(row, column) {
    return LZXL.text.address(row, column);
  }

  function span(sheet, top, left, bottom, right) {
    return sheet.Range(address(top, left) + ":" + address(bottom, right));
  }

  function reference(name, row, column) {
    return "'" + name.replace(/'/g, "''") + "'!" + address(row, column);
  }

  // Our sheets are protected without a password, so that titles stay whole: lifted for the work, then put back as it was.
  // A sheet with a password of somebody's is left alone; whether the work was done.
  function unprotected(sheet, work) {
    if (!sheet.ProtectContents) {
      work();
      return true;
    }
    var allowed = PERMISSIONS.map(function (name) { return Boolean(sheet.Protection[name]); });
    var drawings = Boolean(sheet.ProtectDrawingObjects), scenarios = Boolean(sheet.ProtectScenarios);
    try {
      sheet.Unprotect("");
    } catch (error) {
      return false;
    }
    if (sheet.ProtectContents) return false;
    try {
      work();
    } finally {
      sheet.Protect.apply(sheet, ["", drawings, true, scenarios, false].concat(allowed));
    }
    return true;
  }

  // Cells by sheet: {name: [entry, …]}.
  function bySheet(entries) {
    var groups = {};
    entries.forEach(function (entry) { (groups[entry.sheet] = groups[entry.sheet] || []).push(entry); });
    return groups;
  }

  // Does the work for each entry on its sheet; the names of the sheets that did not allow it.
  function onSheets(workbook, entries, work) {
    var groups = bySheet(entries);
    return Object.keys(groups).filter(function (name) {
      var sheet = workbooks.sheetNamed(workbook, name);
      return sheet && !unprotected(sheet, function () {
        groups[name].forEach(function (entry) { work(sheet, entry); });
      });
    });
  }

  // Colours and notes

  // What a finding says on its cell, as in a returned workbook.
  function noteOf(entry) {
    return "【" + rules.severities[entry.severity] + "】" + entry.message + (entry.fix ? "\n修改办法：" + entry.fix : "");
  }

  // Marks the cell of each finding that has one: the first finding of a cell keeps the former colour, -1 for none, and the
  // note that was added. The names of sheets that could not be marked.
  function mark(workbook, findings) {
    var told = {};
    var first = findings.filter(function (entry) {
      var key = entry.sheet + "!" + entry.cell, isFirst = entry.column && !told[key], note = noteOf(entry);
      told[key] = told[key] || [];
      if (told[key].indexOf(note) < 0) told[key].push(note);
      return isFirst;
    });
    return onSheets(workbook, first, function (sheet, entry) {
      var cell = workbooks.cellAt(sheet, entry.row, entry.column), fill = cell.Interior;
      entry.former = fill.Pattern === NO_FILL ? -1 : fill.Color;
      fill.Color = rules.colours[entry.severity];
      entry.note = addNote(cell, told[entry.sheet + "!" + entry.cell].join("\n\n"));
    });
  }

  // The note that was added; "" where somebody's own stands already, or the program takes none.
  function addNote(cell, note) {
    try {
      if (cell.Comment) return "";
      cell.AddComment(note);
    } catch (error) {
      return "";
    }
    return note;
  }

  // Removes our note; one that was written over since is somebody's own.
  function removeNote(cell, note) {
    var comment = note ? cell.Comment : null;
    if (comment && squeezed(comment.Text()) === squeezed(note)) comment.Delete();
  }

  // Programs change the ends of lines.
  function squeezed(note) {
    return String(note).replace(/\s+/g, "");
  }

  function restore(workbook, entries) {
    onSheets(workbook, entries, function (sheet, entry) {
      var cell = sheet.Range(entry.cell), fill = cell.Interior;
      removeNote(cell, entry.note);
      if (entry.former < 0) fill.Pattern = NO_FILL;
      else fill.Color = entry.former;
    });
  }

  // The list

  function lastRow(sheet) {
    return sheet.UsedRange.Row + sheet.UsedRange.Rows.Count - 1;
  }

  // The row where our list begins on a sheet, 0 if it has none.
  function startOf(sheet) {
    var titles = workbooks.rowsOf(span(sheet, 1, 1, lastRow(sheet) + 1, 1).Value2);
    for (var i = 0; i < titles.length; i++) {
      if (titles[i][0] === TITLE) return i + 1;
    }
    return 0;
  }

  function listSheet(workbook) {
    var sheet = workbooks.sheetNamed(workbook, rules.sheets.findings);
    if (sheet) return {sheet: sheet, start: lastRow(sheet) + 3};
    sheet = workbook.Sheets.Add(workbook.Sheets.Item(1));
    sheet.Name = rules.sheets.findings;
    rules.columns.forEach(function (column, index) {
      workbooks.cellAt(sheet, 1, index + 1).EntireColumn.ColumnWidth = column[1];
    });
    return {sheet: sheet, start: 1};
  }

  function writeList(list, findings) {
    var sheet = list.sheet, start = list.start, width = rules.columns.length;
    var first = start + 3, last = first + findings.length - 1;
    workbooks.cellAt(sheet, start, 1).Value2 = TITLE;
    workbooks.cellAt(sheet, start, 1).Font.Bold = true;
    workbooks.cellAt(sheet, start + 1, 1).Value2 = NOTE;
    var head = span(sheet, start + 2, 1, start + 2, width);
    head.Value2 = [rules.columns.map(function (column) { return column[0]; })];
    head.Interior.Color = rules.colours.header;
    head.Font.Bold = true;
    var body = span(sheet, first, 1, last, width);
    putText(body, findings.map(rowOf));
    span(sheet, first, WRAP_FROM, last, width).WrapText = true;
    remember(sheet, first, findings);
    sheet.Activate();
  }

  function rowOf(entry, index) {
    return [
      String(index + 1), rules.severities[entry.severity], entry.sheet, entry.cell, entry.header, entry.value,
      entry.message, entry.fix, entry.basis.replace(/\(/g, "（").replace(/\)/g, "）")
    ];
  }

  function remember(sheet, first, findings) {
    findings.forEach(function (entry, index) {
      var row = first + index;
      if (!entry.column) return;
      var target = reference(entry.sheet, entry.row, entry.column);
      sheet.Hyperlinks.Add(workbooks.cellAt(sheet, row, 4), "", target);
      if (entry.former === undefined) return;
      workbooks.cellAt(sheet, row, CELL_COLUMN).Formula = "=" + target;
      workbooks.cellAt(sheet, row, COLOUR_COLUMN).Value2 = entry.former;
      if (entry.note) putText(workbooks.cellAt(sheet, row, NOTE_COLUMN), entry.note);
    });
    span(sheet, 1, CELL_COLUMN, 1, NOTE_COLUMN).EntireColumn.Hidden = true;
  }

  // What a unit wrote must never become a formula.
  function putText(cells, values) {
    cells.NumberFormat = "@";
    cells.Value2 = values;
  }

  // The coloured cells that a list remembers, where they are now; those whose row was deleted are gone.
  function remembered(sheet, start) {
    var last = lastRow(sheet), entries = [];
    for (var row = start; row <= last; row++) {
      var match = /^='?(.+?)'?!\$?([A-Z]+)\$?(\d+)$/.exec(workbooks.cellAt(sheet, row, CELL_COLUMN).Formula);
      if (!match) continue;
      entries.push({
        sheet: match[1].replace(/''/g, "'"), cell: match[2] + match[3],
        former: workbooks.cellAt(sheet, row, COLOUR_COLUMN).Value2, note: workbooks.cellAt(sheet, row, NOTE_COLUMN).Value2
      });
    }
    return entries;
  }

  function removeList(workbook, sheet, start) {
    if (start > 1) {
      sheet.Range(start - 2 + ":" + lastRow(sheet)).Delete();
      span(sheet, 1, CELL_COLUMN, 1, NOTE_COLUMN).EntireColumn.Hidden = false;
      return;
    }
    var application = workbooks.application();
    application.DisplayAlerts = false;
    try {
      sheet.Delete();
    } finally {
      application.DisplayAlerts = true;
    }
  }

  // The list comes first: a workbook that takes no new sheet is not coloured either. The names of sheets not coloured.
  function show(workbook, findings) {
    var list = listSheet(workbook), refused = mark(workbook, findings);
    writeList(list, findings);
    return refused;
  }

  // Takes away what `show` added; whether there was anything.
  function clear(workbook) {
    var sheet = workbooks.sheetNamed(workbook, rules.sheets.findings), start = sheet ? startOf(sheet) : 0;
    if (!start) return false;
    restore(workbook, remembered(sheet, start));
    removeList(workbook, sheet, start);
    return true;
  }

  LZXL.marks = {show: show, clear: clear};
})();
