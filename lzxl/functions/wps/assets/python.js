// What functions that were written in Python count on (lzxl/functions/wps/translate.py): its truth, its equality, its lists,
// texts, patterns, numbers and days. A cell's day is {date: "2026-03-01"}, one with a time of day {date: …, seconds: …} too.
var py = (function () {
  "use strict";

  // What Python takes for white space; \s here is another set.
  var BLANK = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
  var BLANKS = new RegExp(BLANK.source + "+");

  function truth(value) {
    if (Array.isArray(value)) return value.length > 0;
    if (isTable(value)) return Object.keys(value).length > 0;
    return Boolean(value);
  }

  function isTable(value) {
    return Boolean(value) && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype;
  }

  // A value that may decide an `or` or `and`: what is false in Python is false here.
  function given(value) {
    return truth(value) ? value : Array.isArray(value) || isTable(value) ? null : value;
  }

  function same(one, other) {
    return one === other || (other === null && one === undefined);
  }

  function equal(one, other) {
    if (!Array.isArray(one) || !Array.isArray(other)) return same(one, other);
    return one.length === other.length && one.every(function (part, place) { return equal(part, other[place]); });
  }

  function within(one, container) {
    if (typeof container === "string") return container.indexOf(one) >= 0;
    if (!Array.isArray(container)) return Object.prototype.hasOwnProperty.call(container, one);
    return container.some(function (part) { return equal(part, one); });
  }

  // Lists by their first part that differs, as Python orders them.
  function less(one, other) {
    if (!Array.isArray(one)) return one < other;
    for (var place = 0; place < Math.min(one.length, other.length); place++) {
      if (!equal(one[place], other[place])) return less(one[place], other[place]);
    }
    return one.length < other.length;
  }

  // What a loop goes through: a text by its characters, a table by its keys.
  function items(of) {
    if (Array.isArray(of)) return of;
    return typeof of === "string" ? of.match(/[\ud800-\udbff][\udc00-\udfff]|[\s\S]/g) || [] : Object.keys(of || {});
  }

  // Patterns. Each looks at the beginning, at the whole, and anywhere; a match has `groups`, null where one took no part.

  function pattern(source, flags, names) {
    return {
      atStart: new RegExp("^(?:" + source + ")", flags), whole: new RegExp("^(?:" + source + ")$", flags),
      anywhere: new RegExp(source, flags), everywhere: new RegExp(source, flags + "g"), names: names
    };
  }

  function found(result, names) {
    if (!result) return null;
    return {groups: result.map(function (group) { return group === undefined ? null : group; }), end: result.index + result[0].length, names: names};
  }

  function findall(of, text) {
    var all = [];
    text.replace(of.everywhere, function () {
      var groups = Array.prototype.slice.call(arguments, 1, -2);
      all.push(groups.length > 1 ? groups : groups.length ? groups[0] : arguments[0]);
      return "";
    });
    return all;
  }

  function sub(of, replacement, text) {
    return text.replace(of.everywhere, replacement.replace(/\\([0-9])/g, "$$$1"));
  }

  function group(match, which) {
    return match.groups[typeof which === "string" ? match.names[which] : which || 0];
  }

  // Texts

  function strip(text, characters) {
    var first = 0, last = text.length;
    function goes(character) { return characters === undefined ? BLANK.test(character) : characters.indexOf(character) >= 0; }
    while (first < last && goes(text.charAt(first))) first++;
    while (last > first && goes(text.charAt(last - 1))) last--;
    return text.slice(first, last);
  }

  function split(of, text) {
    if (typeof of !== "string") return text.split(of.anywhere);
    return text === undefined ? of.split(BLANKS).filter(Boolean) : of.split(text);
  }

  function partition(text, by) {
    var at = text.indexOf(by);
    return at < 0 ? [text, "", ""] : [text.slice(0, at), by, text.slice(at + by.length)];
  }

  // A cell's error as its text. A number as Python writes it: small ones in powers of ten from 0.0001 down, with two digits.
  function str(value) {
    if (KINDS.CellError(value)) return value.error;
    if (typeof value !== "number" || value === 0 || Math.abs(value) >= 1e-4) return String(value);
    return value.toExponential().replace(/e-(\d)$/, "e-0$1");
  }

  // Numbers

  // Rounded as decimals are written, the half to the even digit.
  function round(number, digits) {
    var rounded = Number(number.toFixed(digits)), rest = number.toFixed(20).split(".")[1].slice(digits);
    var isHalf = /^50*$/.test(rest), last = Number(number.toFixed(20).split(".")[1].charAt(digits - 1));
    if (!isHalf || last % 2 === 1) return rounded;
    return Number(number.toFixed(20).slice(0, digits - 20));
  }

  function int(value) {
    if (typeof value === "string") return parseInt(value, 10);
    return value < 0 ? Math.ceil(value) : Math.floor(Number(value));
  }

  // Days

  function ValueTrouble(told) {
    this.message = told;
  }

  function date(year, month, day) {
    var last = new Date(Date.UTC(2000 + year % 400, month, 0)).getUTCDate();
    if (!(year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= last)) throw new ValueTrouble("no such day");
    return {date: ("000" + year).slice(-4) + "-" + ("0" + month).slice(-2) + "-" + ("0" + day).slice(-2)};
  }

  function time(hour, minute, second) {
    if (!(hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59)) throw new ValueTrouble("no such time");
    return {hour: hour, minute: minute, second: second};
  }

  function timeOf(moment) {
    return time(Math.floor(moment.seconds / 3600), Math.floor(moment.seconds / 60) % 60, moment.seconds % 60);
  }

  function isDay(value) {
    return Boolean(value) && typeof value === "object" && "date" in value;
  }

  var KINDS = {
    str: function (value) { return typeof value === "string"; },
    bool: function (value) { return typeof value === "boolean"; },
    int: function (value) { return typeof value === "boolean"; }, // numbers of cells are floats
    float: function (value) { return typeof value === "number"; },
    date: isDay,
    datetime: function (value) { return isDay(value) && "seconds" in value; },
    CellError: function (value) { return Boolean(value) && typeof value === "object" && "error" in value; },
    CellPicture: function () { return false; }, // WPS gives no picture as a value
    ShownNumber: function () { return false; } // WPS gives the number
  };

  return {
    truth: truth, bool: truth, given: given, same: same, equal: equal, within: within, items: items,
    pattern: pattern, findall: findall, sub: sub, group: group,
    match: function (of, text) { return found(of.atStart.exec(text), of.names); },
    fullmatch: function (of, text) { return found(of.whole.exec(text), of.names); },
    search: function (of, text) { return found(of.anywhere.exec(text), of.names); },
    groups: function (match) { return match.groups.slice(1); },
    end: function (match) { return match.end; },
    strip: strip, split: split, partition: partition, str: str,
    lower: function (text) { return text.toLowerCase(); },
    upper: function (text) { return text.toUpperCase(); },
    startswith: function (text, start) { return text.slice(0, start.length) === start; },
    isdigit: function (text) { return /^[0-9]+$/.test(text); },
    isascii: function (text) { return /^[\x00-\x7f]*$/.test(text); },
    replace: function (text, one, other) { return text.split(one).join(other); },
    join: function (between, list) { return items(list).join(between); },
    count: function (text, part) { return text.split(part).length - 1; },
    is_integer: function (number) { return Math.floor(number) === number; },
    math_isfinite: function (number) { return isFinite(number); },
    datetime_date: date, datetime_time: time, time: timeOf,
    date: function (moment) { return {date: moment.date}; },
    isoformat: function (day) { return day.date; },
    isValueError: function (trouble) { return trouble instanceof ValueTrouble; },
    at: function (of, place) {
      if (of.groups) return group(of, place);
      return of[place < 0 ? of.length + place : place];
    },
    put: function (into, place, value) { into[place < 0 ? into.length + place : place] = value; },
    get: function (map, key, otherwise) { return within(key, map) ? map[key] : otherwise === undefined ? null : otherwise; },
    replaced: function (record, parts) {
      var other = {};
      [record, parts].forEach(function (from) { Object.keys(from).forEach(function (key) { other[key] = from[key]; }); });
      return other;
    },
    index: function (list, one) { return list.indexOf(one); },
    intersection: function (list, others) { return list.filter(function (one) { return within(one, others); }); },
    values: function (map) { return Object.keys(map || {}).map(function (key) { return map[key]; }); },
    enumerate: function (list) { return items(list).map(function (one, place) { return [place, one]; }); },
    append: function (list, one) { list.push(one); },
    joined: function (lists) { return Array.prototype.concat.apply([], lists); },
    len: function (of) { return typeof of === "string" ? items(of).length : of.length; },
    any: function (list) { return list.some(truth); },
    all: function (list) { return list.every(truth); },
    sum: function (list) { return list.reduce(function (sum, one) { return sum + Number(one); }, 0); },
    map: function (work, list) { return items(list).map(function (one) { return work(one); }); },
    max: function (first) {
      var all = arguments.length > 1 ? Array.prototype.slice.call(arguments) : first;
      return all.reduce(function (most, one) { return less(most, one) ? one : most; });
    },
    unique: function (list) {
      return list.filter(function (one, place) { return !within(one, list.slice(0, place)); });
    },
    abs: Math.abs, round: round, int: int,
    list: function (list) { return items(list).slice(); },
    float: function (value) { return Number(value); },
    ord: function (text) { return text.charCodeAt(0); },
    range: function (first, last) {
      var numbers = [];
      for (var number = last === undefined ? 0 : first; number < (last === undefined ? first : last); number++) numbers.push(number);
      return numbers;
    },
    isinstance: function (value, kinds) { return kinds.some(function (kind) { return KINDS[kind](value); }); }
  };
})();
