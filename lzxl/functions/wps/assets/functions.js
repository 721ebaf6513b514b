// The in-sheet functions LZ.LEVEL, LZ.BASIS, LZ.SCORE, LZ.DISPOSITION and LZ.DUE: the answers of lzxl/functions/core.py.
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

  // What answers (likelihood, severity, number); decided: rows of number, likelihood, severity, level and what is said.
  function basisBy(decided) {
    var told = {}, rows = grid(valuesOf(decided));
    for (var i = rows.length - 1; i >= 0; i--) {
      var row = rows[i], isTold = row.length >= 5 && row.every(function (cell) { return typeof cell === "string"; });
      if (isTold && row[0] && row[4]) told[JSON.stringify(row.slice(0, 3))] = row[4];
    }
    return function (likelihood, severity, number) {
      var computed = basis(likelihood, severity), isNumber = typeof number === "string" || isBlank(number);
      var keys = [number, likelihood + "×" + severity].map(function (subject) {
        return JSON.stringify([subject, likelihood, severity]);
      });
      if (!computed || !isNumber) return computed;
      return has(told, keys[0]) ? told[keys[0]] : has(told, keys[1]) ? told[keys[1]] : computed;
    };
  }

  function basisOf(likelihood, severity, number, decided) {
    return overRanges(basisBy(decided), 3)(likelihood, severity, number);
  }

  function isKey(table, cell) {
    return typeof cell === "string" && has(table, cell);
  }

  // Where a breach is suspected, the matter is transferred, and nothing else is suggested whatever the other two say.
  function disposition(degree, target, breach) {
    if (!isBlank(breach)) {
      if (!isKey(tables.breach, breach)) return tables.invalid;
      if (tables.breach[breach]) return tables.breach[breach];
    }
    if (isBlank(degree)) return "";
    if (!isKey(tables.dispositions, degree)) return tables.invalid;
    if (isBlank(target)) return tables.dispositions[degree];
    return isKey(tables.mandated[degree], target) ? tables.mandated[degree][target] : tables.invalid;
  }

  // Days as a sheet counts them: 1 is 31 December 1899.

  var MILLISECONDS = 86400000, EPOCH = Date.UTC(1899, 11, 30), LAST_DAY = 2958465;
  var A_DAY = /^[ \u3000]*([0-9]{4})(?:([-\/.])([0-9]{1,2})\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)[ \u3000]*$/;
  var A_COUNT = /^[ \u3000]*([0-9]{1,6})[ \u3000]*$/;

  function dayOf(cell) {
    if (typeof cell === "number") return cell >= 1 && cell < LAST_DAY + 1 ? Math.floor(cell) : null;
    var match = typeof cell === "string" ? A_DAY.exec(cell) : null;
    if (!match) return null;
    var year = Number(match[1]), month = Number(match[3] || match[5]), day = Number(match[4] || match[6]);
    var date = new Date(Date.UTC(year, month - 1, day)), number = Math.round((date.getTime() - EPOCH) / MILLISECONDS);
    var isThere = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
    return isThere && number >= 1 ? number : null;
  }

  function countOf(cell) {
    if (typeof cell === "number") return cell >= 1 && cell < Infinity && cell % 1 === 0 ? cell : null;
    var match = typeof cell === "string" ? A_COUNT.exec(cell) : null;
    return match && Number(match[1]) || null;
  }

  function yearOf(day) {
    return new Date(EPOCH + day * MILLISECONDS).getUTCFullYear();
  }

  // The days of a cell or a range without its blanks, as keys; null if something else stands there too.
  function givenDays(argument) {
    var days = {}, isSound = true;
    grid(valuesOf(argument)).forEach(function (row) {
      row.forEach(function (cell) {
        if (isBlank(cell)) return;
        var day = dayOf(cell);
        if (day === null) isSound = false;
        else days[day] = true;
      });
    });
    return isSound ? days : null;
  }

  function keys(numbers) {
    var found = {};
    numbers.forEach(function (number) { found[number] = true; });
    return found;
  }

  var OFF = keys(tables.calendar.off), MADE_UP = keys(tables.calendar.made_up);

  // What answers (day, working days). Days of the sheet's own go before the office's; a day in both is worked.
  function dueBy(holidays, makeups) {
    var off = givenDays(holidays), worked = givenDays(makeups), years = {};
    for (var day in off) years[yearOf(Number(day))] = true;

    function isKnown(year) {
      return has(years, String(year)) || (year >= tables.calendar.years[0] && year <= tables.calendar.years[1]);
    }

    function isWorkday(number) {
      if (has(worked, String(number))) return true;
      if (has(off, String(number))) return false;
      return has(MADE_UP, String(number)) || ((number + 5) % 7 < 5 && !has(OFF, String(number)));
    }

    return function (begin, workdays) {
      if (isBlank(begin) || isBlank(workdays)) return "";
      var number = dayOf(begin), count = countOf(workdays);
      if (number === null) return tables.due.not_a_day;
      if (count === null) return tables.due.not_a_count;
      if (off === null || worked === null) return tables.due.not_given_days;
      while (count > 0) {
        number += 1;
        var year = yearOf(number);
        if (!isKnown(year)) return year + tables.due.unknown_year;
        if (isWorkday(number)) count -= 1;
      }
      return number;
    };
  }

  function due(begin, workdays, holidays, makeups) {
    return overRanges(dueBy(holidays, makeups), 2)(begin, workdays);
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
    LEVEL: overRanges(level, 2), BASIS: basisOf, SCORE: overRanges(score, 3),
    DISPOSITION: overRanges(disposition, 3), DUE: due
  };
})();
