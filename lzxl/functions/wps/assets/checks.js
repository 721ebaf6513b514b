// What a workbook can tell by itself: each cell for itself, numbers that repeat, levels typed by hand (lzxl/checks).
// Messages are those of schemas/findings.yaml. Rules between sheets and between units are the office's.
(function () {
  "use strict";

  var rules = LZXL_DATA.rules;
  var text = LZXL.text;
  var words = LZXL.words;

  function finding(code, place, details) {
    var entry = rules.messages[code];
    details.value = text.shorten(details.value || "");
    details.sheet = place.sheet;
    details.header = place.header || "";
    return {
      code: code, severity: entry.severity, sheet: place.sheet, row: place.row || 0, column: place.column || 0,
      cell: place.cell || (place.column ? text.address(place.row, place.column) : ""), header: details.header,
      value: details.value, message: filled(entry.message, details), fix: filled(entry.fix, details),
      basis: place.clause || entry.basis
    };
  }

  function filled(template, details) {
    return template.replace(/\{(\w+)\}/g, function (whole, name) {
      var detail = text.has(details, name) ? details[name] : whole;
      return Array.isArray(detail) ? detail.join("、") : detail;
    });
  }

  function place(content, field, row, column) {
    return {sheet: content.name, header: field.title, clause: field.clause, row: row, column: column};
  }

  function allowed(field) {
    return field.vocabulary ? field.vocabulary.allowed : [];
  }

  // What the unit wrote: the raw content where it was read otherwise, else the value.
  function shown(cell) {
    return (cell.noted ? words.asText(cell.raw) : words.asText(cell.value)).normalize("NFC");
  }

  function told(field) {
    return field.vocabulary ? field.vocabulary.told : "";
  }

  // All words that there are, and the one that is written most like what stands there.
  function choice(field, near) {
    return filled(near ? rules.choice.near : rules.choice.any, {told: told(field), near: near});
  }

  // One cell. `at` is its place; `found` gathers the findings.

  function checkCell(found, field, cell, at, counts, most) {
    if (cell.problem) {
      if (cell.isOwn && !(field.computed && cell.isFormula)) found.push(unreadable(field, cell, at));
    } else if (field.computed && cell.isFormula) {
      return; // computed again anyway; the cells that it rests on are judged
    } else if (cell.value === null) {
      if (field.required && !field.given) found.push(missing(field, at, counts));
    } else {
      checkValue(found, field, cell, at, most);
    }
  }

  function unreadable(field, cell, at) {
    var written = cell.problem === "id_digits_lost" ? masked(cell.raw) : words.asText(cell.raw);
    var details = {value: written, allowed: allowed(field), choice: choice(field, null), suggestion: cell.suggestion};
    details.example = field.example || "";
    return finding(cell.problem, at, details);
  }

  // A long number may be somebody's identity number: its first six digits only.
  function masked(number) {
    return number.toFixed(0).slice(0, 6) + "…";
  }

  function missing(field, at, counts) {
    var example = field.counts ? filled(rules.sentences.rows, {count: counts[field.counts] || 0}) : field.example || "";
    var code = at.isLabel ? "missing_value" : (field.codes || {}).missing || "missing_value";
    return finding(code, at, {value: "", example: example, told: told(field)});
  }

  function checkValue(found, field, cell, at, most) {
    var checks = field.checks || {};
    if (checks.str_length) checkLength(found, field, cell, at);
    if (checks.str_matches && !new RegExp(checks.str_matches.pattern).test(cell.value)) {
      found.push(finding("bad_format", at, {value: shown(cell), format: field.format}));
    }
    if (checks.in_range) checkRange(found, checks.in_range, cell, at, most);
    if (field.kind === "choice" || field.kind === "level") checkWord(found, field, cell, at);
  }

  function checkLength(found, field, cell, at) {
    var length = text.length(cell.value), limits = field.checks.str_length;
    if (length >= (limits.min_value || 0) && !(length > limits.max_value)) return;
    found.push(finding("text_length", at, {value: shown(cell), length: length, limit: field.limit}));
  }

  // `most`: the points of a score's own row, null where they are not told.
  function checkRange(found, limits, cell, at, most) {
    if (cell.value >= limits.min_value && cell.value <= limits.max_value) return;
    var high = most === null ? limits.max_value : Math.min(most, limits.max_value);
    found.push(finding("out_of_range", at, {value: shown(cell), low: limits.min_value, high: high}));
  }

  function checkWord(found, field, cell, at) {
    var vocabulary = field.vocabulary;
    if (vocabulary.allowed.indexOf(cell.value) >= 0) return;
    found.push(finding((field.codes || {}).vocabulary || vocabulary.code, at, {
      value: shown(cell), allowed: vocabulary.allowed, choice: choice(field, text.suggestWord(vocabulary, cell.value))
    }));
  }

  // Tables and covers

  function checkTable(found, table, counts, tables) {
    table.sheet.fields.forEach(function (field) {
      (table.cells[field.name] || []).forEach(function (cell, index) {
        var at = place(table.content, field, table.rows[index], table.header.columns[field.name]);
        checkCell(found, field, cell, at, counts, pointsOf(table, field, index));
      });
      if (field.required && !field.derived && !table.header.columns[field.name]) {
        checkColumn(found, table, field, tables);
      }
    });
    Object.keys(table.header.guessed).forEach(function (name) {
      checkHeader(found, table, LZXL.reading.fieldNamed(table.sheet, name), table.header.guessed[name]);
    });
    checkLevels(found, table);
    table.rows.forEach(function (row) { checkOtherCells(found, table, row); });
  }

  function pointsOf(table, field, index) {
    var own = table.sheet.points, points = field.kind === "score" && field.name !== own ? table.cells[own] : null;
    return points && typeof points[index].value === "number" ? points[index].value : null;
  }

  // A header that was only like a field's.
  function checkHeader(found, table, field, column) {
    var at = {sheet: table.content.name, header: field.title, row: table.header.row, column: column};
    found.push(finding("header_renamed", at, {value: oneLine(table.header.texts[column]), title: field.title}));
  }

  function oneLine(header) {
    return (header || "").replace(/\s+/g, "");
  }

  // Cells of columns that are no field: only what cannot be read.
  function checkOtherCells(found, table, row) {
    table.content.rows[row].forEach(function (raw, column) {
      if (!raw || column === table.header.ours || LZXL.reading.fieldAt(table, column)) return;
      var header = oneLine(table.header.texts[column]);
      var at = {sheet: table.content.name, header: header, row: row, column: column};
      if (raw.error) found.push(finding("error_value", at, {value: raw.error}));
      else if (words.hasLostDigits(raw)) {
        found.push(finding("id_digits_lost", at, {value: masked(raw)}));
      }
    });
  }

  // A required field without a column: of all rows for what a level needs, else once at the header.
  function checkColumn(found, table, field, tables) {
    var code = (field.codes || {}).missing, rows = table.rows, at = place(table.content, field);
    if (code && rules.said_of_rows.indexOf(code) >= 0 && rows.length) {
      at.cell = rows[0] + ":" + rows[rows.length - 1];
      at.row = rows[0];
      found.push(finding(code, at, {told: told(field), example: field.example || ""}));
    } else if (field.kind !== "serial" && !standsOnItsOwnSheet(field, tables)) {
      at.row = table.header.row;
      at.column = 1;
      found.push(finding("column_missing", at, {title: field.title}));
    }
  }

  // An older form has it only on the sheet of further rows, and asked nothing of it here.
  function standsOnItsOwnSheet(field, tables) {
    var parts = (field.first_of || "").split(".");
    return parts.length === 2 && !field.unique && !(field.codes || {}).missing && tables.some(function (table) {
      return table.sheet.name === parts[0] && table.header.columns[parts[1]] && table.rows.length > 0;
    });
  }

  function checkCover(found, cover, counts) {
    cover.sheet.fields.forEach(function (field) {
      var where = cover.places[field.name];
      if (where) {
        var at = place(cover.content, field, where.row, where.column);
        at.isLabel = true;
        checkCell(found, field, cover.cells[field.name], at, counts, null);
      } else if (field.required) {
        found.push(finding("missing_label", {sheet: cover.content.name, clause: field.clause}, {title: field.title}));
      }
    });
  }

  // A typed level against the one that likelihood and severity give.
  function checkLevels(found, table) {
    var rule = table.sheet.graded;
    if (!rule || !table.cells[rule.level]) return;
    var field = LZXL.reading.fieldNamed(table.sheet, rule.level);
    table.cells[rule.level].forEach(function (cell, index) {
      if (cell.value === null || cell.isFormula || allowed(field).indexOf(cell.value) < 0) return;
      var at = place(table.content, field, table.rows[index], table.header.columns[rule.level]);
      compareLevel(found, table, cell, at, wordOf(table, rule.likelihood, index), wordOf(table, rule.severity, index));
    });
  }

  function compareLevel(found, table, cell, at, likelihood, severity) {
    var fitting = LZXL_DATA.tables.grades.filter(function (grade) {
      return (!likelihood || grade[0] === likelihood) && (!severity || grade[1] === severity);
    });
    if (fitting.some(function (grade) { return grade[2] === cell.value; })) return;
    var titles = [table.sheet.graded.likelihood, table.sheet.graded.severity].map(function (name) {
      return LZXL.reading.fieldNamed(table.sheet, name).title;
    });
    if (likelihood && severity) {
      found.push(finding("level_mismatch", at, {
        value: shown(cell), expected: fitting[0][2], grade_basis: fitting[0][3],
        chosen: filled(rules.sentences.chosen, {
          likelihood_title: titles[0], likelihood: likelihood, severity_title: titles[1], severity: severity
        })
      }));
    } else {
      var known = {title: likelihood ? titles[0] : titles[1], word: likelihood || severity};
      found.push(finding("level_impossible", at, {value: shown(cell), known: filled(rules.sentences.known, known)}));
    }
  }

  // The word that a cell holds; "" if it is blank or holds anything else, however like a word it is.
  function wordOf(table, name, index) {
    var field = LZXL.reading.fieldNamed(table.sheet, name), cells = table.cells[name];
    var value = field && cells ? cells[index].value : null;
    if (value === null) return "";
    return allowed(field).indexOf(value) >= 0 ? value : "";
  }

  // Numbers and names that must not repeat, over all tables of one kind.
  function checkUnique(found, tables) {
    var first = {};
    tables.forEach(function (table) {
      table.sheet.fields.filter(function (field) { return field.unique; }).forEach(function (field) {
        (table.cells[field.name] || []).forEach(function (cell, index) {
          if (cell.value === null) return;
          var key = [table.sheet.name, field.name, cell.value].join("\n"), row = table.rows[index];
          if (!text.has(first, key)) {
            first[key] = {sheet: table.content.name, row: row};
            return;
          }
          var known = first[key], other = known.sheet === table.content.name ? "" : "“" + known.sheet + "”表";
          found.push(finding("not_unique", place(table.content, field, row, table.header.columns[field.name]), {
            value: shown(cell), first: other + "第" + known.row + "行"
          }));
        });
      });
    });
  }

  function checkPresence(found, read) {
    var present = read.tables.concat(read.headless).map(function (table) { return table.sheet.name; });
    read.form.sheets.forEach(function (sheet) {
      var isThere = sheet.layout === "labels" ? read.cover : present.indexOf(sheet.name) >= 0;
      if (!isThere) found.push(finding("sheet_missing", {sheet: "", clause: sheet.clause}, {title: sheet.title}));
    });
    read.renamed.forEach(function (entry) {
      var name = entry.content.name;
      found.push(finding("sheet_renamed", {sheet: name}, {value: name, title: entry.sheet.title}));
    });
    read.headless.forEach(function (entry) {
      var needed = entry.sheet.fields.filter(function (field) { return field.required && !field.derived; });
      found.push(finding("header_not_found", {sheet: entry.content.name}, {
        allowed: needed.map(function (field) { return field.title; })
      }));
    });
  }

  // Whether nobody has filled in anything beside what the office and the standard rows give.
  function isUntouched(read) {
    if (!read.cover || !read.tables.length) return false;
    var isFilled = Object.keys(read.cover.cells).some(function (name) {
      var cell = read.cover.cells[name];
      return cell.problem || (cell.value !== null && rules.filled_by_office.indexOf(name) < 0);
    });
    return !isFilled && !read.tables.some(function (table) {
      return Object.keys(table.cells).some(function (name) {
        return table.cells[name].some(function (cell) {
          return cell.problem || (cell.value !== null && table.sheet.standard.indexOf(name) < 0);
        });
      });
    });
  }

  // Every finding about a workbook in reading order; null if it is none of the forms.
  function check(book) {
    var read = LZXL.reading.read(book), found = [], counts = {};
    if (!read) return null;
    if (isUntouched(read)) {
      var nil = read.form.nil ? filled(rules.sentences.nil, {told: read.form.nil}) : "";
      return [finding("form_untouched", {sheet: ""}, {form: read.form.title, nil: nil})];
    }
    read.tables.forEach(function (table) {
      counts[table.sheet.name] = (counts[table.sheet.name] || 0) + table.rows.length;
    });
    read.tables.forEach(function (table) { checkTable(found, table, counts, read.tables); });
    if (read.cover) checkCover(found, read.cover, counts);
    checkUnique(found, read.tables);
    checkPresence(found, read);
    return inReadingOrder(found, read);
  }

  function inReadingOrder(found, read) {
    function key(entry) {
      return [entry.sheet ? read.order.indexOf(entry.sheet) : -1, entry.row, entry.column, entry.code];
    }
    return found.sort(function (one, other) {
      var left = key(one), right = key(other);
      for (var i = 0; i < left.length; i++) {
        if (left[i] !== right[i]) return left[i] < right[i] ? -1 : 1;
      }
      return 0;
    });
  }

  LZXL.checks = {check: check};
})();
