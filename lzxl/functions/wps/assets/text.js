// Text as people type it, folded so that equal words compare equal (lzxl/forms/text.py).
// Plain ECMAScript 5 and String.normalize: old releases of WPS bring an old Chromium.
var LZXL = {};

(function () {
  "use strict";

  var patterns = LZXL_DATA.rules.patterns;
  var NOT_WORD = new RegExp("[^" + LZXL_DATA.rules.letters + "\\ud800-\\udfff]", "g");
  var SPACE = everywhere(patterns.space);
  var BRACKETED = everywhere(patterns.bracketed);
  var CONTROL = everywhere(patterns.control);
  var BLANK = /^[ \t\r\n\u3000\u00a0\u200b]*$/;

  function everywhere(pattern) {
    return new RegExp(pattern, "g");
  }

  function has(map, key) {
    return Object.prototype.hasOwnProperty.call(map, key);
  }

  function isBlank(raw) {
    return raw === null || raw === undefined || (typeof raw === "string" && BLANK.test(raw));
  }

  function compact(text) {
    return text.normalize("NFKC").replace(SPACE, "").normalize("NFKC");
  }

  function fold(text) {
    return text.normalize("NFKC").toLowerCase().replace(NOT_WORD, "");
  }

  function foldUnbracketed(text) {
    return fold(text.normalize("NFKC").replace(BRACKETED, ""));
  }

  function foldWord(text) {
    return fold(text) || text.trim();
  }

  function tidy(text) {
    var cleaned = text.replace(/\r\n?/g, "\n").normalize("NFC").replace(CONTROL, "");
    return cleaned.split("\n").map(function (line) { return line.replace(/\s+$/, ""); }).join("\n").trim();
  }

  // One line of at most 60 characters, as a message quotes a cell.
  function shorten(text) {
    var line = text.split(/\s+/).filter(Boolean).join(" ");
    var characters = Array.prototype.slice.call(line.match(/[\ud800-\udbff][\udc00-\udfff]|[\s\S]/g) || []);
    return characters.length <= 60 ? line : characters.slice(0, 59).join("") + "…";
  }

  // The number of characters, one outside the basic plane counted as one.
  function length(text) {
    return text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, "x").length;
  }

  function columnLetters(column) {
    var letters = "";
    for (var rest = column; rest > 0; rest = Math.floor((rest - 1) / 26)) {
      letters = String.fromCharCode(65 + (rest - 1) % 26) + letters;
    }
    return letters;
  }

  function address(row, column) {
    return columnLetters(column) + row;
  }

  // How much of two texts is the same, from 0 to 1: Ratcliff and Obershelp, as Python's difflib has it.
  function sameness(one, other) {
    var total = one.length + other.length;
    return total === 0 ? 1 : 2 * matching(one, other) / total;
  }

  function matching(one, other) {
    var best = longest(one, other);
    if (best.size === 0) return 0;
    return best.size + matching(one.slice(0, best.i), other.slice(0, best.j)) +
      matching(one.slice(best.i + best.size), other.slice(best.j + best.size));
  }

  function longest(one, other) {
    var best = {i: 0, j: 0, size: 0}, above = [];
    for (var i = 0; i < one.length; i++) {
      var here = [];
      for (var j = 0; j < other.length; j++) {
        here[j] = one[i] === other[j] ? (above[j - 1] || 0) + 1 : 0;
        if (here[j] > best.size) best = {i: i - here[j] + 1, j: j - here[j] + 1, size: here[j]};
      }
      above = here;
    }
    return best;
  }

  // The word that a text is, or is an alias of; null when it is neither.
  function findWord(vocabulary, text) {
    var folded = foldWord(text);
    return has(vocabulary.aliases, folded) ? vocabulary.aliases[folded] : null;
  }

  // The word that was probably meant by a text that is none.
  function suggestWord(vocabulary, text) {
    var folded = foldWord(text), best = null, highest = 0;
    if (has(vocabulary.near, folded)) return vocabulary.near[folded];
    Object.keys(vocabulary.aliases).forEach(function (known) {
      var score = sameness(known, folded);
      if (score >= 0.6 && (score > highest || (score === highest && known > best))) {
        best = known;
        highest = score;
      }
    });
    return best === null ? null : vocabulary.aliases[best];
  }

  LZXL.text = {
    has: has, isBlank: isBlank, compact: compact, fold: fold, foldUnbracketed: foldUnbracketed, tidy: tidy,
    shorten: shorten, length: length, columnLetters: columnLetters, address: address, sameness: sameness,
    findWord: findWord, suggestWord: suggestWord
  };
})();
