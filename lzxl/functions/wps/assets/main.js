// What WPS calls: the ribbon's callbacks, and the functions, which are registered when the add-in is loaded.

function OnAddinLoad() {
  return true;
}

function GetImage(control) {
  return {lzxlCheck: "images/check.svg", lzxlClear: "images/clear.svg"}[control.Id] || "images/about.svg";
}

function OnAction(control) {
  var action = {lzxlCheck: LZXL.main.check, lzxlClear: LZXL.main.clear, lzxlAbout: LZXL.main.about}[control.Id];
  if (action) action();
  return true;
}

(function () {
  "use strict";

  function onWorkbook(work) {
    var application = LZXL.workbook.application(), workbook = application.ActiveWorkbook;
    if (!workbook) {
      alert("请先打开要校验的工作簿。");
      return;
    }
    try {
      application.ScreenUpdating = false;
      alert(work(workbook));
    } catch (error) {
      alert("未做完：" + (error.message || error) + "\n工作簿设有密码保护的，请先撤销保护再试。");
    } finally {
      application.ScreenUpdating = true;
    }
  }

  function check() {
    onWorkbook(function (workbook) {
      var scheme = LZXL.workbook.readStamp(workbook).lzxl_scheme;
      if (scheme && scheme !== LZXL_DATA.tables.scheme) {
        return "这份表用的分级表与本加载项不同，未校验。请向办公室索取同一批的加载项。";
      }
      LZXL.marks.clear(workbook);
      var findings = LZXL.checks.check(LZXL.workbook.readBook(workbook));
      if (findings === null) return "无法识别这是哪一张表。请打开办公室发放的表，不要改动表头文字。";
      if (!findings.length) return "本簿自身未发现问题。各表之间和各单位之间的核对，由办公室在收到报送件后进行。";
      var refused = LZXL.marks.show(workbook, findings);
      return "发现" + findings.length + "个问题，已列入“" + LZXL_DATA.rules.sheets.findings + "”并标色。" +
        (refused.length ? "有密码保护、未标色的工作表：" + refused.join("、") + "。" : "");
    });
  }

  function clear() {
    onWorkbook(function (workbook) {
      return LZXL.marks.clear(workbook) ? "自查标记已清除。" : "本簿没有自查标记。";
    });
  }

  function about() {
    alert("廉政风险防控加载项 " + LZXL_DATA.version + "\n分级表：" + LZXL_DATA.tables.title +
      "\n函数：LZ.LEVEL、LZ.BASIS、LZ.SCORE、LZ.DISPOSITION、LZ.DUE（WPS 12.1.0.20540及以上）" +
      "\n本加载项不联网，不外传任何内容。涉密信息不得填入。");
  }

  // Releases that read functions.json find the functions by name in the page; those that do not are told here.
  function register() {
    ["LEVEL", "BASIS", "SCORE", "DISPOSITION", "DUE"].forEach(function (name) {
      window[name] = LZXL.functions[name];
      if (window.wps && window.wps.AddCustomFunction) window.wps.AddCustomFunction("LZ", name, LZXL.functions[name]);
    });
  }

  LZXL.main = {check: check, clear: clear, about: about};
  register();
})();
