// The open workbook as WPS shows it, as plain data for the check. Only what the object model of Excel has had since 2007.
(function () {
  "use strict";

  var rules = LZXL_DATA.rules;
  // How cells that show an error come: as these numbers, or as their text.
  var ERRORS = {
    "-2146826288": "#NULL!", "-2146826281": "#DIV/0!", "-2146826273": "#VALUE!", "-2146826265": "#REF!",
    "-2146826259": "#NAME?", "-2146826252": "#NUM!", "-2146826246": "#N/A"
  };
  // A stray cell far below makes a sheet's used range endless; no form has as many rows as this.
  var MOST_ROWS = 30000;
  var ERROR_TEXT = /^#(NULL!|DIV\/0!|VALUE!|REF!|NAME\?|NUM!|N\/A)$/;

  function application() {
    return window.Application || window.wps.EtApplication();
  }

  function sheetsOf(workbook) {
    var sheets = [];
    for (var i = 1; i <= workbook.Sheets.Count; i++) sheets.push(workbook.Sheets.Item(i));
    return sheets;
  }

  function sheetNamed(workbook, name) {
    return sheetsOf(workbook).filter(function (sheet) { return sheet.Name === name; })[0] || null;
  }

  function cellAt(sheet, row, column) {
    return sheet.Range(LZXL.text.address(row, column));
  }

  // A single cell's value comes alone, a range's as rows of values.
  function rowsOf(values) {
    return Array.isArray(values) ? values : [[values]];
  }

  function plain(value) {
    if (value === undefined || value === "") return null;
    if (typeof value === "number" && LZXL.text.has(ERRORS, String(value))) return {error: ERRORS[value]};
    return typeof value === "string" && ERROR_TEXT.test(value) ? {error: value} : value;
  }

  function usedRange(sheet) {
    var used = sheet.UsedRange, address = LZXL.text.address;
    if (used.Rows.Count <= MOST_ROWS) return used;
    var last = address(used.Row + MOST_ROWS - 1, used.Column + used.Columns.Count - 1);
    return sheet.Range(address(used.Row, used.Column) + ":" + last);
  }

  function readSheet(sheet, date1904) {
    var used = usedRange(sheet), formulas = rowsOf(used.Formula), hasMerges = used.MergeCells !== false;
    var content = {name: sheet.Name, rows: [], date1904: date1904};
    rowsOf(used.Value2).forEach(function (values, down) {
      var cells = [];
      values.forEach(function (value, right) { cells[used.Column + right] = plain(value); });
      if (cells.some(function (cell) { return cell !== null; })) content.rows[used.Row + down] = cells;
    });
    content.isFormula = function (row, column) {
      var line = formulas[row - used.Row], formula = line ? line[column - used.Column] : "";
      return typeof formula === "string" && formula.charAt(0) === "=";
    };
    content.merged = function (row, column) {
      return hasMerges ? mergedRange(cellAt(sheet, row, column)) : null;
    };
    content.isHidden = function (column) {
      return Boolean(cellAt(sheet, 1, column).EntireColumn.Hidden);
    };
    content.isDate = function (row, column) {
      return /[yd年]/i.test(cellAt(sheet, row, column).NumberFormat);
    };
    return content;
  }

  function mergedRange(cell) {
    if (!cell.MergeCells) return null;
    var area = cell.MergeArea;
    return {row: area.Row, column: area.Column, rows: area.Rows.Count, columns: area.Columns.Count};
  }

  // The stamp of a workbook that the office sent out: its form and its grading table.
  function readStamp(workbook) {
    var sheet = sheetNamed(workbook, rules.sheets.stamp), stamp = {};
    if (sheet) rowsOf(sheet.UsedRange.Value2).forEach(function (cells) { stamp[cells[0]] = cells[1]; });
    return stamp;
  }

  function readBook(workbook) {
    var date1904 = Boolean(workbook.Date1904);
    return {
      sheets: sheetsOf(workbook).filter(function (sheet) {
        return rules.sheets.own.indexOf(sheet.Name) < 0;
      }).map(function (sheet) { return readSheet(sheet, date1904); }),
      stamp: readStamp(workbook),
      isMarked: sheetNamed(workbook, rules.sheets.findings) !== null
    };
  }

  LZXL.workbook = {
    application: application, sheetNamed: sheetNamed, cellAt: cellAt, rowsOf: rowsOf, readBook: readBook,
    readStamp: readStamp
  };
})();
