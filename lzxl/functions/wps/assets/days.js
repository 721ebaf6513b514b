// Whether a text names one day, and if not, why not (lzxl/forms/days.py).
(function () {
  "use strict";

  var patterns = LZXL_DATA.rules.patterns;
  var DAY = new RegExp(patterns.day), DAY_DIGITS = new RegExp(patterns.day_digits);
  var CHINESE_DAY = new RegExp(patterns.chinese_day);
  var DAY_OF_ANY_YEAR = new RegExp("^(?:" + patterns.day_of_any_year + ")$");
  var WHOLE_DAYS = new RegExp(patterns.whole_day, "g"), SEVERAL_DAYS = new RegExp(patterns.several_days);
  var SHORT_YEAR = new RegExp("^(?:" + patterns.short_year + ")$");
  var DATE_LIKE = new RegExp(patterns.date_like), AFTER_NOON = new RegExp("^(?:" + patterns.after_noon + ")");
  var DIGITS = "〇一二三四五六七八九";

  // "" for a text that names one day, else the code of what is wrong with it.
  function problemOf(written) {
    var numbers = inNumbers(LZXL.text.spaced(written));
    var match = DAY.exec(numbers) || DAY_DIGITS.exec(numbers);
    if (match) return namedDay(match);
    if (SHORT_YEAR.test(numbers)) return "date_without_year";
    var whole = numbers.match(WHOLE_DAYS) || [];
    if (whole.length > 1 || SEVERAL_DAYS.test(numbers)) return "date_several";
    if (DAY_OF_ANY_YEAR.test(numbers)) return "date_without_year";
    if (whole.length) return "date_with_words";
    return DATE_LIKE.test(numbers) ? "date_vague" : "date_unreadable";
  }

  function inNumbers(written) {
    var match = CHINESE_DAY.exec(written);
    if (!match) return written;
    var year = match[1].replace(/[^0-9]/g, function (numeral) { return Math.max(0, DIGITS.indexOf(numeral)); });
    return year + "年" + number(match[2]) + "月" + number(match[3]) + written.slice(match[0].length);
  }

  function number(numeral) {
    if (/^[0-9]+$/.test(numeral)) return Number(numeral);
    var parts = numeral.replace("廿", "二十").replace("卅", "三十").replace("元", "一").split("十");
    if (parts.length === 1) return parts[0].length === 1 ? Math.max(0, DIGITS.indexOf(parts[0])) : 0;
    var tens = parts[0], ones = parts.slice(1).join("十");
    if (tens.length > 1 || ones.length > 1) return 0;
    return (tens ? DIGITS.indexOf(tens) : 1) * 10 + (ones ? Math.max(0, DIGITS.indexOf(ones)) : 0);
  }

  function namedDay(match) {
    var year = Number(match[1]), month = Number(match[2] || match[4]), day = Number(match[3] || match[5]);
    var last = new Date(Date.UTC(2000 + year % 400, month, 0)).getUTCDate();
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > last) return "date_impossible";
    if (match[7] === undefined) return "";
    var hour = ofWholeDay(Number(match[7]), match[6] || match[12] || "");
    var minute = Number(match[8] || match[10] || 0), second = Number(match[9] || match[11] || 0);
    if (hour > 23 || minute > 59 || second > 59) return "date_with_words";
    var local = match[13] ? hour * 60 + minute - offset(match[13]) + 480 : 0;
    return local < 0 || local >= 1440 ? "date_in_other_zone" : "";
  }

  function ofWholeDay(hour, half) {
    if (AFTER_NOON.test(half)) return hour < 12 && !(half === "中午" && hour > 9) ? hour + 12 : hour;
    return half && hour === 12 ? 0 : hour;
  }

  function offset(zone) {
    var match = /([+-])([0-9]{1,2}):?([0-9]{2})?/.exec(zone);
    if (!match) return 0;
    return (match[1] === "+" ? 1 : -1) * (Number(match[2]) * 60 + Number(match[3] || 0));
  }

  LZXL.days = {problemOf: problemOf};
})();
