// What the rules on cells take from the program that they run in: its calendar, and the words of each field.
(function () {
  "use strict";

  var DAY = 864e5, MOST = 2958465; // the last day that a spreadsheet knows: 9999-12-31

  // A serial number as a day, with what is left of it as the time of day; null beyond the days that there are.
  function momentOf(serial, date1904) {
    var epoch = date1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
    if (!(Math.abs(serial) <= MOST)) return null;
    var moment = new Date(epoch + Math.floor(serial) * DAY), seconds = Math.round((serial - Math.floor(serial)) * 86400);
    var made = {date: moment.toISOString().slice(0, 10), year: moment.getUTCFullYear(), seconds: Math.min(seconds, 86399)};
    return made;
  }

  function momentAsText(moment) {
    function two(number) { return ("0" + number).slice(-2); }
    var rest = moment.seconds;
    if (!rest) return moment.date;
    return moment.date + " " + [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60].map(two).join(":");
  }

  function dayAfter(day) {
    return {date: new Date(Date.parse(day.date) + DAY).toISOString().slice(0, 10)};
  }

  // A number that its cell shows as a date, as that; anything else as it is.
  function shownAs(raw, isDate, date1904) {
    return typeof raw === "number" && isDate() ? momentOf(raw, date1904) || raw : raw;
  }

  // The tables name each field's list of words; the rules hold the list itself.
  LZXL_DATA.rules.forms.forEach(function (form) {
    form.sheets.forEach(function (sheet) {
      sheet.fields.forEach(function (field) {
        field.vocabulary = field.vocabulary ? LZXL_DATA.rules.vocabularies[field.vocabulary] : null;
      });
    });
  });

  LZXL.values = {
    momentOf: momentOf, momentAsText: momentAsText, dayAfter: dayAfter, shownAs: shownAs,
    acceptsNone: function (field) { return Boolean(field.accepts_none); }
  };
})();
