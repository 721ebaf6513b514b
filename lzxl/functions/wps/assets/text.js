// Text as people type it, folded so that equal words compare equal (lzxl/forms/text.py).
// Plain ECMAScript 5 and String.normalize: old releases of WPS bring an old Chromium.
var LZXL = {};

(function () {
  "use strict";

  var patterns = LZXL_DATA.rules.patterns;
  var characters = LZXL_DATA.rules.characters;
  var NOT_WORD = new RegExp("[^" + LZXL_DATA.rules.letters + "\\ud800-\\udfff]", "g");
  var BRACKETED = everywhere(patterns.bracketed);
  var NOTHING = everywhere(characters.nothing + "+");
  var ONLY_NOTHING = new RegExp("^(?:" + characters.nothing + ")*$");
  var UNSEEN = everywhere(characters.unseen);
  var ODD = new RegExp(characters.unseen + "|" + characters.odd_blanks + "|" + characters.radicals);
  var ODD_BLANK = everywhere(characters.odd_blanks);
  var BLANK_RUN = everywhere(characters.blanks + "+");
  var BREAK_RUN = everywhere(characters.blanks + "*\\n(?:" + characters.blanks + "|" + characters.breaks + ")*");
  var RADICAL = everywhere(characters.radicals);
  var RAISED = new RegExp("[" + characters.raised + "]");
  var ODD_BREAK = /\r\n|[\x0b\x0c\r\x85\u2028\u2029]/g;
  var DASH = /[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g;
  var PICTURE_BEFORE = /(?:[\u2600-\u27bf\ufe0f]|[\ud83c-\ud83e][\udc00-\udfff])$/;
  var PICTURE_AFTER = /^(?:[\u2600-\u27bf]|[\ud83c-\ud83e][\udc00-\udfff])/;
  var JOINING = /[\u0620-\u074f\u0900-\u0dff\u1820-\u18aa]/;

  function everywhere(pattern) {
    return new RegExp(pattern, "g");
  }

  function has(map, key) {
    return Object.prototype.hasOwnProperty.call(map, key);
  }

  function isBlank(raw) {
    return raw === null || raw === undefined || (typeof raw === "string" && ONLY_NOTHING.test(raw));
  }

  // Whether a digit is written above, below or in a circle.
  function hasRaisedDigits(text) {
    return RAISED.test(text);
  }

  // Whether a text holds what nobody can see, or would take for something else.
  function hasUnseen(text) {
    return ODD.test(text);
  }

  function withIdeographs(text) {
    return text.replace(RADICAL, function (radical) { return characters.ideographs[radical]; });
  }

  function seen(text) {
    return withIdeographs(text.replace(UNSEEN, "").replace(ODD_BREAK, "\n"));
  }

  function compact(text) {
    return withIdeographs(text.replace(NOTHING, "")).normalize("NFKC").replace(NOTHING, "").normalize("NFKC");
  }

  function fold(text) {
    return withIdeographs(text.replace(UNSEEN, "")).normalize("NFKC").toLowerCase().replace(NOT_WORD, "");
  }

  function foldUnbracketed(text) {
    return fold(text.normalize("NFKC").replace(BRACKETED, ""));
  }

  function foldWord(text) {
    return fold(text) || compact(text);
  }

  // As numbers and days are read: each run of blanks one space, of line breaks one \n, every dash a hyphen.
  function spaced(text) {
    var normal = seen(text).replace(BLANK_RUN, " ").normalize("NFKC");
    return withHyphens(normal.replace(BREAK_RUN, "\n").replace(BLANK_RUN, " ")).replace(/^[ \n]+|[ \n]+$/g, "");
  }

  function withHyphens(text) {
    return text.replace(DASH, "-");
  }

  // Joiners and selectors that change what is drawn: within an emoji of several, and in scripts whose letters join.
  function isDrawn(mark, before, after) {
    if (mark === "\u200d" && PICTURE_BEFORE.test(before) && PICTURE_AFTER.test(after)) return true;
    if (mark === "\ufe0f" && after.charAt(0) === "\u200d") return PICTURE_BEFORE.test(before) && !/\ufe0f$/.test(before);
    return /[\u200c\u200d\u180b-\u180e]/.test(mark) && JOINING.test(before.slice(-1)) && JOINING.test(after.charAt(0));
  }

  function tidy(text) {
    var kept = text.replace(UNSEEN, function (mark, at) {
      return isDrawn(mark, text.slice(Math.max(0, at - 2), at), text.slice(at + mark.length, at + mark.length + 2)) ? mark : "";
    });
    var cleaned = withIdeographs(kept.replace(ODD_BREAK, "\n")).replace(ODD_BLANK, " ").normalize("NFC");
    return cleaned.split("\n").map(function (line) { return line.replace(/\s+$/, ""); }).join("\n").trim();
  }

  // What nobody would see is shown by its number.
  function visible(text) {
    return text.replace(UNSEEN, function (mark) {
      var code = mark.length > 1 ? (mark.charCodeAt(0) - 0xd800) * 1024 + mark.charCodeAt(1) - 0xdc00 + 0x10000 : mark.charCodeAt(0);
      return "‹U+" + ("000" + code.toString(16).toUpperCase()).slice(code > 0xffff ? -5 : -4) + "›";
    });
  }

  // One line of at most 60 characters, as a message quotes a cell.
  function shorten(text) {
    var line = visible(text).split(/\s+/).filter(Boolean).join(" ");
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

  // The word that a text, which is none, is written most like; null for words that grade or disclose.
  function suggestWord(vocabulary, text) {
    if (vocabulary.judged) return null;
    var folded = foldWord(text), best = null, highest = 0;
    if (has(vocabulary.near, folded)) return vocabulary.near[folded];
    Object.keys(vocabulary.aliases).forEach(function (known) {
      var score = sameness(known, folded);
      if (score >= LZXL_DATA.rules.limits.like_a_word && (score > highest || (score === highest && known > best))) {
        best = known;
        highest = score;
      }
    });
    return best === null ? null : vocabulary.aliases[best];
  }

  LZXL.text = {
    has: has, isBlank: isBlank, hasUnseen: hasUnseen, hasRaisedDigits: hasRaisedDigits, seen: seen, spaced: spaced, withHyphens: withHyphens, compact: compact, fold: fold, foldUnbracketed: foldUnbracketed, tidy: tidy,
    shorten: shorten, length: length, columnLetters: columnLetters, address: address, sameness: sameness,
    findWord: findWord, suggestWord: suggestWord
  };
})();
