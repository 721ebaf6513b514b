// The in-sheet functions LZ.LEVEL, LZ.BASIS, LZ.SCORE and LZ.DISPOSITION: the answers of lzxl/functions/core.py.
(function () {
  "use strict";

  var tables = LZXL_DATA.tables;
  var has = LZXL.text.has;
  var HIGHEST = {digits: "1000", scale: 0};
  // No score needs more digits than this on either side of the point; smaller parts never change a rounding.
  var MOST_PLACES = 40;

  // Whether a cell is blank: programs hand over a blank cell as 0 where a cell may hold anything.
  function isBlank(cell) {
    return cell === null || cell === undefined || cell === "" || cell === 0;
  }

  function grade(likelihood, severity, part, wrong) {
    if (isBlank(likelihood) || isBlank(severity)) return "";
    for (var i = 0; i < tables.grades.length; i++) {
      if (tables.grades[i][0] === likelihood && tables.grades[i][1] === severity) return tables.grades[i][part];
    }
    return wrong;
  }

  function level(likelihood, severity) {
    return grade(likelihood, severity, 2, tables.invalid);
  }

  function basis(likelihood, severity) {
    return grade(likelihood, severity, 3, "");
  }

  function disposition(degree) {
    if (isBlank(degree)) return "";
    return typeof degree === "string" && has(tables.dispositions, degree) ? tables.dispositions[degree] : tables.invalid;
  }

  function score() {
    var cells = Array.prototype.slice.call(arguments), total = {digits: "0", scale: 0};
    if (cells.some(function (cell) { return cell === null || cell === undefined || cell === ""; })) return "";
    for (var i = 0; i < cells.length; i++) {
      var number = decimal(cells[i]);
      if (number === null || compare(number, HIGHEST) > 0) return tables.invalid;
      total = add(total, times(number, decimal(tables.weights[i])));
    }
    return roundedToTenth({digits: total.digits, scale: total.scale + 2});
  }

  // Decimal numbers that are not negative: {digits, scale} is digits / 10^scale. Exact, unlike JavaScript's own numbers.

  function decimal(cell) {
    if (typeof cell !== "string" && typeof cell !== "number") return null;
    var text = typeof cell === "number" ? String(cell) : asciiDigits(cell.trim()).replace(/_/g, "");
    var match = /^([+-]?)(?:(\d+)\.?(\d*)|\.(\d+))(?:[eE]([+-]?\d+))?$/.exec(text);
    if (!match) return null;
    var fraction = match[3] || match[4] || "";
    var digits = ((match[2] || "") + fraction).replace(/^0+(?=\d)/, "");
    if (digits === "0") return {digits: "0", scale: 0};
    return match[1] === "-" ? null : scaled(digits, fraction.length - Number(match[5] || 0));
  }

  // Digits with a scale of 0 or more; null for a number that is far too large, nothing for one that is far too small.
  function scaled(digits, scale) {
    if (digits.length - scale > MOST_PLACES) return null;
    if (scale <= 0) return {digits: digits + zeros(-scale), scale: 0};
    if (scale > MOST_PLACES) digits = digits.slice(0, Math.max(0, digits.length - (scale - MOST_PLACES))) || "0";
    return {digits: digits, scale: Math.min(scale, MOST_PLACES)};
  }

  // Full-width digits, and those of every other script that Python reads as digits.
  function asciiDigits(text) {
    return text.replace(/[^\u0000-\u007f]/g, function (character) {
      for (var i = 0; i < LZXL_DATA.zeros.length; i++) {
        var digit = character.charCodeAt(0) - LZXL_DATA.zeros.charCodeAt(i);
        if (digit >= 0 && digit <= 9) return String(digit);
      }
      return character;
    });
  }

  function zeros(count) {
    return new Array(count + 1).join("0");
  }

  function aligned(number, scale, width) {
    var digits = number.digits + zeros(scale - number.scale);
    return zeros(Math.max(0, width - digits.length)) + digits;
  }

  function onOneScale(one, other) {
    var scale = Math.max(one.scale, other.scale);
    var width = Math.max(one.digits.length + scale - one.scale, other.digits.length + scale - other.scale);
    return {one: aligned(one, scale, width), other: aligned(other, scale, width), scale: scale};
  }

  function compare(one, other) {
    var pair = onOneScale(one, other);
    return pair.one === pair.other ? 0 : pair.one > pair.other ? 1 : -1;
  }

  function add(one, other) {
    var pair = onOneScale(one, other), carry = 0, digits = "";
    for (var i = pair.one.length - 1; i >= 0; i--) {
      var sum = Number(pair.one[i]) + Number(pair.other[i]) + carry;
      digits = sum % 10 + digits;
      carry = sum > 9 ? 1 : 0;
    }
    return {digits: (carry ? "1" : "") + digits, scale: pair.scale};
  }

  function times(one, other) {
    var product = {digits: "0", scale: 0};
    for (var i = 0; i < other.digits.length; i++) {
      product = {digits: product.digits + "0", scale: 0};
      for (var n = Number(other.digits[i]); n > 0; n--) product = add(product, {digits: one.digits, scale: 0});
    }
    return {digits: product.digits, scale: one.scale + other.scale};
  }

  // Half-up, from digits that have at least two places.
  function roundedToTenth(number) {
    var digits = zeros(Math.max(0, number.scale + 1 - number.digits.length)) + number.digits;
    var kept = {digits: digits.slice(0, digits.length - number.scale + 1), scale: 1};
    if (digits[digits.length - number.scale + 1] >= "5") kept = add(kept, {digits: "1", scale: 1});
    return Number(kept.digits) / 10;
  }

  // A function of single cells over ranges: rows of cells, or one list of cells where a program hands over a column.
  // A single cell, row or column goes with every row or column of the others.
  function overRanges(single, count) {
    return function () {
      var given = [];
      for (var i = 0; i < count; i++) given.push(valuesOf(arguments[i]));
      if (!given.some(Array.isArray)) return single.apply(null, given);
      var grids = given.map(grid), block = [];
      var height = largest(grids.map(function (rows) { return rows.length; }));
      var width = largest(grids.map(function (rows) {
        return largest(rows.map(function (row) { return row.length; }));
      }));
      for (var row = 0; row < height; row++) block.push(answers(single, grids, row, width));
      return block;
    };
  }

  function answers(single, grids, row, width) {
    var line = [];
    for (var column = 0; column < width; column++) {
      line.push(single.apply(null, grids.map(function (rows) { return cellAt(rows, row, column); })));
    }
    return line;
  }

  // A program may hand over a range itself instead of what it holds.
  function valuesOf(argument) {
    var isRange = argument && typeof argument === "object" && "Value2" in argument;
    return isRange ? argument.Value2 : argument;
  }

  function largest(numbers) {
    return numbers.reduce(function (one, other) { return Math.max(one, other); }, 0);
  }

  function grid(argument) {
    if (!Array.isArray(argument)) return [[argument]];
    if (argument.length === 0) return [[null]];
    return argument.map(function (row) { return Array.isArray(row) ? row : [row]; });
  }

  function cellAt(rows, row, column) {
    var line = rows.length === 1 ? rows[0] : rows[row] || [];
    return line.length === 1 ? line[0] : column < line.length ? line[column] : null;
  }

  LZXL.functions = {
    LEVEL: overRanges(level, 2), BASIS: overRanges(basis, 2), SCORE: overRanges(score, 3),
    DISPOSITION: overRanges(disposition, 1)
  };
})();
