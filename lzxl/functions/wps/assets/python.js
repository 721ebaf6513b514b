// What functions that were written in Python count on (lzxl/functions/wps/translate.py): its truth, its equality, its lists.
var py = (function () {
  "use strict";

  function truth(value) {
    return Array.isArray(value) ? value.length > 0 : Boolean(value);
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

  // Of a pattern both ways to look: at the beginning, and anywhere.
  function pattern(source, flags, names) {
    return {atStart: new RegExp("^(?:" + source + ")", flags), anywhere: new RegExp(source, flags), names: names};
  }

  function found(result, names) {
    return result ? {groups: result, names: names} : null;
  }

  var KINDS = {
    str: function (value) { return typeof value === "string"; },
    bool: function (value) { return typeof value === "boolean"; },
    int: function (value) { return typeof value === "boolean"; }, // numbers of cells are floats
    float: function (value) { return typeof value === "number"; },
    date: function (value) { return Boolean(value) && typeof value === "object" && "date" in value; },
    CellError: function (value) { return Boolean(value) && typeof value === "object" && "error" in value; },
    ShownNumber: function () { return false; } // WPS gives the number
  };

  return {
    truth: truth, same: same, equal: equal, within: within, pattern: pattern, bool: truth,
    at: function (list, place) { return list[place < 0 ? list.length + place : place]; },
    get: function (map, key) { return within(key, map) ? map[key] : null; },
    match: function (of, text) { return found(of.atStart.exec(text), of.names); },
    search: function (of, text) { return found(of.anywhere.exec(text), of.names); },
    group: function (match, which) { return match.groups[typeof which === "string" ? match.names[which] : which] || ""; },
    strip: function (text, characters) {
      var first = 0, last = text.length;
      function goes(character) { return characters === undefined ? /\s/.test(character) : characters.indexOf(character) >= 0; }
      while (first < last && goes(text.charAt(first))) first++;
      while (last > first && goes(text.charAt(last - 1))) last--;
      return text.slice(first, last);
    },
    lower: function (text) { return text.toLowerCase(); },
    startswith: function (text, start) { return text.slice(0, start.length) === start; },
    isdigit: function (text) { return /^[0-9]+$/.test(text); },
    is_integer: function (number) { return Math.floor(number) === number; },
    index: function (list, one) { return list.indexOf(one); },
    intersection: function (list, others) { return list.filter(function (one) { return within(one, others); }); },
    values: function (map) { return Object.keys(map || {}).map(function (key) { return map[key]; }); },
    enumerate: function (list) { return list.map(function (one, place) { return [place, one]; }); },
    append: function (list, one) { list.push(one); },
    len: function (list) { return list.length; },
    any: function (list) { return list.some(truth); },
    all: function (list) { return list.every(truth); },
    sum: function (list) { return list.reduce(function (sum, one) { return sum + Number(one); }, 0); },
    map: function (work, list) { return list.map(function (one) { return work(one); }); },
    max: function () { return Math.max.apply(null, arguments); },
    min: function () { return Math.min.apply(null, arguments); },
    list: function (list) { return list.slice(); },
    int: function (value) { return typeof value === "string" ? parseInt(value, 10) : Math.floor(value); },
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
