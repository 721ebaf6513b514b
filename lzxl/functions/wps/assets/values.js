// From what a cell holds to a typed value, a problem, or a value that was read otherwise than typed (lzxl/forms/values.py).
(function () {
  "use strict";

  var text = LZXL.text;
  var patterns = LZXL_DATA.rules.patterns;
  var limits = LZXL_DATA.rules.limits, LOST_DIGITS = limits.lost_digits;
  var NUMBER = new RegExp(patterns.number), DECIMAL_COMMA = new RegExp(patterns.decimal_comma);
  var STROKE = new RegExp(patterns.stroke), NONE = new RegExp(patterns.none);
  var RAISED = new RegExp("[" + LZXL_DATA.rules.characters.raised + "]");
  var COMPOUND_LEVEL = new RegExp(patterns.compound_level);
  var TIMES = {"万": 1e4, "亿": 1e8};

  function fine(value, noted) {
    return {value: value, problem: "", noted: Boolean(noted)};
  }

  function wrong(problem, suggestion) {
    return {value: null, problem: problem, noted: true, suggestion: suggestion || ""};
  }

  // The value of a cell. `isDate` tells, when asked, whether the cell shows its number as a date.
  function parse(field, raw, date1904, isDate) {
    if (text.isBlank(raw)) return fine(null);
    if (raw.error) return wrong("error_value");
    var instead = typeof raw === "string" ? inPlaceOfContent(field, raw) : null;
    if (instead) return instead;
    switch (field.kind) {
      case "choice": case "level": return choice(field, asText(raw));
      case "date": return date(raw, date1904, isDate);
      case "serial": case "count": case "score": return number(field.kind, raw);
      case "id": return ofText(raw, rowNumber, true);
      case "person": return ofText(raw, LZXL.persons.inOneText, false);
      default: return ofText(raw, text.tidy, false);
    }
  }

  function isStroke(written) {
    return written.length <= limits.longest_stroke && STROKE.test(text.compact(written));
  }

  function isPlaceholder(written) {
    return isStroke(written) || (written.length <= limits.longest_none && NONE.test(text.compact(written)));
  }

  // What a stroke or 无 is: blank where nothing is owed, else a problem; null where it is an answer.
  function inPlaceOfContent(field, written) {
    var stroke = isStroke(written);
    if (!isPlaceholder(written)) return null;
    if (field.vocabulary && text.findWord(LZXL_DATA.rules.vocabularies[field.vocabulary], written) !== null) return null;
    if (field.kind === "text" && !stroke && field.takes_none) return null;
    if (!field.required) return fine(null);
    return field.kind === "text" || field.kind === "person" ? wrong("placeholder_for_content") : null;
  }

  function ofText(raw, read, isNoted) {
    if (typeof raw === "number" && Math.abs(raw) >= LOST_DIGITS) return wrong("id_digits_lost");
    var written = asText(raw), value = read(written);
    if (!value) return fine(null);
    return fine(value, isNoted && value !== written.trim());
  }

  function rowNumber(written) {
    return text.withHyphens(text.compact(written)).toUpperCase();
  }

  // A cell's content as text; one that shows an error as that error.
  function asText(raw) {
    if (raw === null || raw === undefined) return "";
    if (raw.error) return raw.error;
    return typeof raw === "boolean" ? (raw ? "是" : "否") : String(raw);
  }

  function choice(field, written) {
    var word = text.findWord(LZXL_DATA.rules.vocabularies[field.vocabulary], written);
    if (word !== null) return fine(word, word !== written.trim());
    if (field.kind === "level" && COMPOUND_LEVEL.test(text.compact(written))) return wrong("compound_level");
    return fine(text.tidy(written));
  }

  function number(kind, raw) {
    if (typeof raw === "boolean") return wrong("number_unreadable");
    if (typeof raw === "number") {
      return Math.abs(raw) >= LOST_DIGITS ? wrong("id_digits_lost") : numberOfKind(kind, raw, false);
    }
    var written = text.spaced(raw), match = RAISED.test(raw) ? null : NUMBER.exec(written);
    if (!match) return noNumber(kind, raw, written);
    return numberOfKind(kind, Number(match[1].replace(/[ ,]/g, "")) * (TIMES[match[2]] || 1), true);
  }

  function noNumber(kind, raw, written) {
    if (kind === "serial") return fine(text.tidy(raw));
    var comma = DECIMAL_COMMA.exec(written);
    return comma ? wrong("decimal_comma", comma[1] + "." + comma[2]) : wrong("number_unreadable");
  }

  function numberOfKind(kind, value, noted) {
    if (kind === "score") return fine(Number(value.toFixed(6)), noted);
    if (Math.floor(value) === value) return fine(value, noted);
    return kind === "serial" ? fine(String(value)) : wrong("number_not_whole");
  }

  function date(raw, date1904, isDate) {
    if (typeof raw === "boolean") return wrong("date_unreadable");
    if (typeof raw === "string") return dateFromText(raw);
    if (Math.floor(raw) === raw && /^[0-9]{8}$/.test(String(raw))) return dateFromText(String(raw));
    return isYearOfDates(yearOf(raw, date1904)) || isDate() ? fine(raw) : wrong("date_unreadable");
  }

  function yearOf(serial, date1904) {
    var epoch = date1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
    return new Date(epoch + Math.floor(serial) * 864e5).getUTCFullYear();
  }

  function isYearOfDates(year) {
    return year >= limits.first_year && year <= limits.last_year;
  }

  function dateFromText(written) {
    var squeezed = text.spaced(written);
    var problem = RAISED.test(written) ? "date_unreadable" : LZXL.days.problemOf(written);
    if (!problem) return fine(squeezed, true);
    var isSerial = problem === "date_unreadable" && /^[0-9]{5}(?:\.0+)?$/.test(squeezed);
    return isSerial && isYearOfDates(yearOf(Number(squeezed), false)) ? fine(squeezed, true) : wrong(problem);
  }

  // What a formula makes of a blank cell: 0, in a field that holds no number.
  function showsNothing(field, raw) {
    return raw === 0 && LZXL_DATA.rules.number_kinds.indexOf(field.kind) < 0;
  }

  LZXL.values = {parse: parse, showsNothing: showsNothing, asText: asText, isPlaceholder: isPlaceholder, LOST_DIGITS: LOST_DIGITS};
})();
