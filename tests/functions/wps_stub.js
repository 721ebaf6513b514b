// A stand-in for WPS, made for these tests. It is NOT WPS, and nothing here has been run in WPS: it has only those
// properties and methods of the documented object model that the add-in uses, and behaves as the documents say.
//
// A workbook is plain data: {date1904, sheets: [{name, cells: {A1: {v, f, nf, fill, note}}, merges: [[top, left, bottom, right]],
// hidden: [columns], permissions: {…} if protected, password: if it has one}]}. Whatever the add-in changes, changes there.
(function () {
  "use strict";

  var NO_FILL = -4142;
  var COUNTED = ["AllowFormattingCells", "AllowFormattingColumns", "AllowFormattingRows", "AllowInsertingColumns",
    "AllowInsertingRows", "AllowInsertingHyperlinks", "AllowDeletingColumns", "AllowDeletingRows", "AllowSorting",
    "AllowFiltering", "AllowUsingPivotTables"];

  function letters(column) {
    return column > 26 ? letters(Math.floor((column - 1) / 26)) + letters((column - 1) % 26 + 1) : String.fromCharCode(64 + column);
  }

  function parse(cell) {
    var match = /^\$?([A-Z]+)\$?(\d+)$/.exec(cell);
    if (!match) throw new Error("stub: no address: " + cell);
    var column = match[1].split("").reduce(function (sum, letter) { return sum * 26 + letter.charCodeAt(0) - 64; }, 0);
    return {row: Number(match[2]), column: column};
  }

  function bounds(sheet) {
    var keys = Object.keys(sheet.cells).map(parse);
    if (!keys.length) return {top: 1, left: 1, bottom: 1, right: 1};
    return {
      top: Math.min.apply(null, keys.map(function (key) { return key.row; })),
      left: Math.min.apply(null, keys.map(function (key) { return key.column; })),
      bottom: Math.max.apply(null, keys.map(function (key) { return key.row; })),
      right: Math.max.apply(null, keys.map(function (key) { return key.column; }))
    };
  }

  function rangeOf(sheet, text) {
    var rows = /^(\d+):(\d+)$/.exec(text);
    if (rows) return range(sheet, {top: Number(rows[1]), left: 1, bottom: Number(rows[2]), right: bounds(sheet).right});
    var ends = text.split(":").map(parse), first = ends[0], last = ends[1] || ends[0];
    return range(sheet, {top: first.row, left: first.column, bottom: last.row, right: last.column});
  }

  function range(sheet, box) {
    var made = {Row: box.top, Column: box.left, Rows: {Count: box.bottom - box.top + 1}, Columns: {Count: box.right - box.left + 1}};

    function each(work) {
      for (var row = box.top; row <= box.bottom; row++) {
        for (var column = box.left; column <= box.right; column++) work(letters(column) + row, row - box.top, column - box.left);
      }
    }

    function isSingle() {
      return box.top === box.bottom && box.left === box.right;
    }

    function read(of) {
      var rows = [];
      each(function (key, down, right) { (rows[down] = rows[down] || [])[right] = of(sheet.cells[key] || {}); });
      return isSingle() ? rows[0][0] : rows;
    }

    function write(change) {
      if (sheet.permissions) throw new Error("stub: the sheet is protected");
      each(function (key, down, right) { change(sheet.cells[key] = sheet.cells[key] || {}, down, right); });
    }

    function put(value) {
      write(function (cell, down, right) {
        var single = Array.isArray(value) ? value[down][right] : value;
        delete cell.f;
        if (typeof single === "string" && single.charAt(0) === "=" && cell.nf !== "@") cell.f = single;
        else cell.v = single;
      });
    }

    function formatting(name) {
      return {
        get: function () { return read(function (cell) { return cell[name]; }); },
        set: function (value) { write(function (cell) { cell[name] = value; }); }
      };
    }

    Object.defineProperty(made, "Value2", {get: function () { return read(function (cell) { return cell.v; }); }, set: put});
    Object.defineProperty(made, "Formula", {
      get: function () { return read(function (cell) { return cell.f || (cell.v === undefined ? "" : String(cell.v)); }); },
      set: put
    });
    Object.defineProperty(made, "NumberFormat", {
      get: function () { return read(function (cell) { return cell.nf || "General"; }); },
      set: formatting("nf").set
    });
    Object.defineProperty(made, "WrapText", formatting("wrap"));
    made.Font = Object.defineProperty({}, "Bold", formatting("bold"));
    made.Interior = Object.defineProperties({}, {
      Color: {
        get: function () { return read(function (cell) { return cell.fill === undefined ? 16777215 : cell.fill; }); },
        set: function (colour) { write(function (cell) { cell.fill = colour; }); }
      },
      Pattern: {
        get: function () { return read(function (cell) { return cell.fill === undefined ? NO_FILL : 1; }); },
        set: function (pattern) {
          if (pattern !== NO_FILL) throw new Error("stub: only no fill");
          write(function (cell) { delete cell.fill; });
        }
      }
    });
    made.EntireColumn = Object.defineProperties({}, {
      Hidden: {
        get: function () { return sheet.hidden.indexOf(box.left) >= 0; },
        set: function (hidden) { for (var at = box.left; at <= box.right; at++) hide(sheet, at, hidden); }
      },
      ColumnWidth: {set: function () { if (sheet.permissions) throw new Error("stub: the sheet is protected"); }}
    });
    Object.defineProperty(made, "Comment", {get: function () { return comment(sheet, letters(box.left) + box.top); }});
    made.AddComment = function (text) {
      if (!isSingle() || made.Comment) throw new Error("stub: there is a comment already, or no single cell");
      write(function (cell) { cell.note = text; });
      return made.Comment;
    };
    made.MergeCells = mergedState(sheet, box);
    Object.defineProperty(made, "MergeArea", {get: function () { return mergeArea(sheet, box); }});
    made.Delete = function () { deleteRows(sheet, box.top, box.bottom); };
    return made;
  }

  function comment(sheet, key) {
    if (!sheet.cells[key] || sheet.cells[key].note === undefined) return null;
    return {
      Text: function () { return sheet.cells[key].note; },
      Delete: function () {
        if (sheet.permissions) throw new Error("stub: the sheet is protected");
        delete sheet.cells[key].note;
      }
    };
  }

  function hide(sheet, column, hidden) {
    sheet.hidden = sheet.hidden.filter(function (entry) { return entry !== column; });
    if (hidden) sheet.hidden.push(column);
  }

  function overlaps(box, merge) {
    return merge[0] <= box.bottom && box.top <= merge[2] && merge[1] <= box.right && box.left <= merge[3];
  }

  // As documented: null where some cells of a range are merged and others are not.
  function mergedState(sheet, box) {
    var isMerged = sheet.merges.some(function (merge) { return overlaps(box, merge); });
    return isMerged && (box.top !== box.bottom || box.left !== box.right) ? null : isMerged;
  }

  function mergeArea(sheet, box) {
    var merge = sheet.merges.filter(function (entry) { return overlaps(box, entry); })[0];
    return range(sheet, {top: merge[0], left: merge[1], bottom: merge[2], right: merge[3]});
  }

  function deleteRows(sheet, top, bottom) {
    Object.keys(sheet.cells).forEach(function (key) {
      var row = parse(key).row;
      if (row > bottom) throw new Error("stub: rows are only deleted at the end");
      if (row >= top) delete sheet.cells[key];
    });
  }

  function sheetObject(book, sheet) {
    var made = {
      Range: function (text) { return rangeOf(sheet, text); },
      Activate: function () { book.active = sheet.name; },
      Delete: function () {
        if (book.alerts) throw new Error("stub: WPS would ask whether to delete the sheet");
        book.sheets.splice(book.sheets.indexOf(sheet), 1);
      },
      Unprotect: function (password) {
        if ((sheet.password || "") !== password) throw new Error("stub: wrong password");
        delete sheet.permissions;
      },
      Protect: function (password, drawings, contents, scenarios, isForUser) {
        if (password !== "" || !contents || isForUser) throw new Error("stub: protected otherwise than before");
        var given = Array.prototype.slice.call(arguments, 5);
        sheet.permissions = {};
        COUNTED.forEach(function (name, index) { if (given[index]) sheet.permissions[name] = true; });
      },
      Hyperlinks: {Add: function (cell, target, place) { link(book, sheet, cell, place); }}
    };
    Object.defineProperty(made, "Name", {get: function () { return sheet.name; }, set: function (name) { sheet.name = name; }});
    Object.defineProperty(made, "UsedRange", {get: function () { return range(sheet, bounds(sheet)); }});
    Object.defineProperty(made, "ProtectContents", {get: function () { return Boolean(sheet.permissions); }});
    Object.defineProperty(made, "Protection", {get: function () { return sheet.permissions || {}; }});
    return made;
  }

  function link(book, sheet, cell, place) {
    var match = /^'(.+)'!([A-Z]+\d+)$/.exec(place);
    if (!match || !book.sheets.some(function (entry) { return entry.name === match[1]; })) throw new Error("stub: dead link " + place);
    sheet.cells[letters(cell.Column) + cell.Row].link = place;
  }

  function workbookObject(book) {
    return {
      Date1904: book.date1904,
      Sheets: {
        get Count() { return book.sheets.length; },
        Item: function (key) {
          var sheet = typeof key === "number" ? book.sheets[key - 1] : book.sheets.filter(function (entry) { return entry.name === key; })[0];
          if (!sheet) throw new Error("stub: no sheet " + key);
          return sheetObject(book, sheet);
        },
        Add: function () {
          var sheet = {name: "Sheet" + (book.sheets.length + 1), cells: {}, merges: [], hidden: []};
          book.sheets.unshift(sheet);
          return sheetObject(book, sheet);
        }
      }
    };
  }

  window.alerts = [];
  window.alert = function (text) { window.alerts.push(text); };
  window.registered = {};
  window.wps = {AddCustomFunction: function (namespace, name, made) { window.registered[namespace + "." + name] = made; }};
  window.Application = {ActiveWorkbook: null, ScreenUpdating: true};

  window.openInStub = function (book) {
    window.Application.ActiveWorkbook = book ? workbookObject(book) : null;
    if (!book) return;
    book.alerts = true;
    Object.defineProperty(window.Application, "DisplayAlerts", {
      configurable: true,
      get: function () { return book.alerts; },
      set: function (shown) { book.alerts = shown; }
    });
  };
})();
