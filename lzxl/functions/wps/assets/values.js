// From what a cell holds to a typed value, a problem, or a value that was read otherwise than typed (lzxl/forms/values.py).
(function () {
  "use strict";

  var text = LZXL.text;
  var patterns = LZXL_DATA.rules.patterns;
  var FIRST_YEAR = 1990, LAST_YEAR = 2100, LOST_DIGITS = 1e15;
  var LATIN = new RegExp(patterns.latin);
  var NUMBER = new RegExp(patterns.number);
  var DATE = new RegExp(patterns.date);
  var DATE_DIGITS = new RegExp(patterns.date_digits);
  var DAY_OF_ANY_YEAR = new RegExp("^(?:" + patterns.day_of_any_year + ")$");
  var DATE_LIKE = new RegExp(patterns.date_like);
  var COMPOUND_LEVEL = new RegExp(patterns.compound_level);
  var TIMES = {"万": 1e4, "亿": 1e8};

  function fine(value, noted) {
    return {value: value, problem: "", noted: Boolean(noted)};
  }

  function wrong(problem) {
    return {value: null, problem: problem, noted: true};
  }

  // The value of a cell. `isDate` tells, when asked, whether the cell shows its number as a date.
  function parse(field, raw, date1904, isDate) {
    if (text.isBlank(raw)) return fine(null);
    if (raw.error) return wrong("error_value");
    switch (field.kind) {
      case "choice": case "level": return choice(field, asText(raw));
      case "date": return date(raw, date1904, isDate);
      case "serial": case "count": case "score": return number(field.kind, raw);
      case "id": return ofText(raw, rowNumber, true);
      case "person": return ofText(raw, person, false);
      default: return ofText(raw, text.tidy, false);
    }
  }

  function ofText(raw, read, isNoted) {
    if (typeof raw === "number" && Math.abs(raw) >= LOST_DIGITS) return wrong("id_digits_lost");
    var written = asText(raw), value = read(written);
    return fine(value, isNoted && value !== written.trim());
  }

  function rowNumber(written) {
    return text.compact(written).toUpperCase();
  }

  function person(written) {
    return LATIN.test(written) ? text.tidy(written) : written.replace(/\s+/g, "");
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
    var match = NUMBER.exec(text.compact(raw).replace(/,/g, ""));
    if (match) return numberOfKind(kind, Number(match[1]) * (TIMES[match[2]] || 1), true);
    return kind === "serial" ? fine(text.tidy(raw)) : wrong("number_unreadable");
  }

  function numberOfKind(kind, value, noted) {
    if (kind === "score") return fine(Number(value.toFixed(6)), noted);
    if (Math.floor(value) === value) return fine(value, noted);
    return kind === "serial" ? fine(String(value)) : wrong("number_not_whole");
  }

  function date(raw, date1904, isDate) {
    if (typeof raw === "boolean") return wrong("date_unreadable");
    if (typeof raw === "string") return dateFromText(raw);
    var digits = Math.floor(raw) === raw && DATE_DIGITS.exec(String(raw));
    if (digits) return calendarDay(digits);
    return isYearOfDates(yearOf(raw, date1904)) || isDate() ? fine(raw) : wrong("date_unreadable");
  }

  function yearOf(serial, date1904) {
    var epoch = date1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
    return new Date(epoch + Math.floor(serial) * 864e5).getUTCFullYear();
  }

  function isYearOfDates(year) {
    return year >= FIRST_YEAR && year <= LAST_YEAR;
  }

  function dateFromText(written) {
    var squeezed = text.compact(written);
    var match = DATE.exec(squeezed) || DATE_DIGITS.exec(squeezed);
    if (match) return calendarDay(match);
    if (DAY_OF_ANY_YEAR.test(squeezed)) return wrong("date_without_year");
    if (DATE_LIKE.test(squeezed)) return wrong("date_vague");
    if (/^\d{5}(?:\.0+)?$/.test(squeezed) && isYearOfDates(yearOf(Number(squeezed), false))) return fine(squeezed, true);
    return wrong("date_unreadable");
  }

  function calendarDay(match) {
    var year = Number(match[1]), month = Number(match[2]), day = Number(match[3]);
    var last = new Date(Date.UTC(2000 + year % 400, month, 0)).getUTCDate();
    var exists = year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= last;
    return exists ? fine(match[0], true) : wrong("date_impossible");
  }

  LZXL.values = {parse: parse, asText: asText, LOST_DIGITS: LOST_DIGITS};
})();
