// Names of people in one cell: one name however it is spaced, several names kept apart (lzxl/forms/persons.py).
(function () {
  "use strict";

  var patterns = LZXL_DATA.rules.patterns;
  var SEPARATORS = new RegExp(patterns.name_separators), LATIN = new RegExp(patterns.latin), TITLE = new RegExp(patterns.name_title);
  var DOT = /([\u4e00-\u9fff])\s*([·•・‧∙.．])\s*(?=[\u4e00-\u9fff])/g;

  function inOneText(written) {
    var names = [];
    written.split(SEPARATORS).forEach(function (part) { names = names.concat(inPart(part)); });
    return names.filter(Boolean).join("、");
  }

  function inPart(part) {
    var lines = LZXL.text.tidy(part);
    if (LATIN.test(lines)) return lines.split("\n").map(function (line) { return line.trim(); });
    return joined(lines.replace(DOT, "$1$2").split(/\s+/));
  }

  function joined(tokens) {
    var names = [];
    tokens.forEach(function (token, position) {
      var last = names.length - 1;
      if (names.length && (TITLE.test(token) || continues(names[last], token, tokens[position + 1] || ""))) names[last] += token;
      else names.push(token);
    });
    return names;
  }

  function isDouble(surname) {
    return surname.length === 2 && LZXL_DATA.rules.double_surnames.indexOf(surname) >= 0;
  }

  function continues(name, token, following) {
    if (name.indexOf("·") >= 0 || token.indexOf("·") >= 0) return false;
    if (name.length === 1 || isDouble(name)) return token.length <= 2;
    if (token.length > 1) return false;
    if (name.length === 3) return isDouble(name.slice(0, 2));
    return name.length === 2 && (!following || following.length > 2 || TITLE.test(following));
  }

  LZXL.persons = {inOneText: inOneText};
})();
