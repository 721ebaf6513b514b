Attribute VB_Name = "lzxl_functions"
'Made from lzxl.functions.udfs; needs the module xlwings (BSD) of the installed version beside it,
'and lzxl_grading.py in the folder of the add-in.
#Const App = "Microsoft Excel" 'Adjust when using outside of Excel
Function LZ_LEVEL(likelihood, severity)
    #If App = "Microsoft Excel" Then
        If TypeOf Application.Caller Is Range Then On Error GoTo failed
        LZ_LEVEL = XLPy.CallUDF("lzxl_grading", "LZ_LEVEL", Array(likelihood, severity), ThisWorkbook, Application.Caller)
        Exit Function
    #Else
        LZ_LEVEL = XLPy.CallUDF("lzxl_grading", "LZ_LEVEL", Array(likelihood, severity))
        Exit Function
    #End If
failed:
    LZ_LEVEL = Err.Description
End Function

Function LZ_BASIS(likelihood, severity, Optional number, Optional decided)
    #If App = "Microsoft Excel" Then
        If TypeOf Application.Caller Is Range Then On Error GoTo failed
        LZ_BASIS = XLPy.CallUDF("lzxl_grading", "LZ_BASIS", Array(likelihood, severity, number, decided), ThisWorkbook, Application.Caller)
        Exit Function
    #Else
        LZ_BASIS = XLPy.CallUDF("lzxl_grading", "LZ_BASIS", Array(likelihood, severity, number, decided))
        Exit Function
    #End If
failed:
    LZ_BASIS = Err.Description
End Function

Function LZ_SCORE(self_score, inspection_score, final_score)
    #If App = "Microsoft Excel" Then
        If TypeOf Application.Caller Is Range Then On Error GoTo failed
        LZ_SCORE = XLPy.CallUDF("lzxl_grading", "LZ_SCORE", Array(self_score, inspection_score, final_score), ThisWorkbook, Application.Caller)
        Exit Function
    #Else
        LZ_SCORE = XLPy.CallUDF("lzxl_grading", "LZ_SCORE", Array(self_score, inspection_score, final_score))
        Exit Function
    #End If
failed:
    LZ_SCORE = Err.Description
End Function

Function LZ_DISPOSITION(degree, Optional target_kind, Optional breach)
    #If App = "Microsoft Excel" Then
        If TypeOf Application.Caller Is Range Then On Error GoTo failed
        LZ_DISPOSITION = XLPy.CallUDF("lzxl_grading", "LZ_DISPOSITION", Array(degree, target_kind, breach), ThisWorkbook, Application.Caller)
        Exit Function
    #Else
        LZ_DISPOSITION = XLPy.CallUDF("lzxl_grading", "LZ_DISPOSITION", Array(degree, target_kind, breach))
        Exit Function
    #End If
failed:
    LZ_DISPOSITION = Err.Description
End Function

Function LZ_DUE(day, workdays, Optional holidays, Optional makeups)
    #If App = "Microsoft Excel" Then
        If TypeOf Application.Caller Is Range Then On Error GoTo failed
        LZ_DUE = XLPy.CallUDF("lzxl_grading", "LZ_DUE", Array(day, workdays, holidays, makeups), ThisWorkbook, Application.Caller)
        Exit Function
    #Else
        LZ_DUE = XLPy.CallUDF("lzxl_grading", "LZ_DUE", Array(day, workdays, holidays, makeups))
        Exit Function
    #End If
failed:
    LZ_DUE = Err.Description
End Function

Function LZ_CHECK(table, form, Optional sheet)
    #If App = "Microsoft Excel" Then
        If TypeOf Application.Caller Is Range Then On Error GoTo failed
        LZ_CHECK = XLPy.CallUDF("lzxl_grading", "LZ_CHECK", Array(table, form, sheet), ThisWorkbook, Application.Caller)
        Exit Function
    #Else
        LZ_CHECK = XLPy.CallUDF("lzxl_grading", "LZ_CHECK", Array(table, form, sheet))
        Exit Function
    #End If
failed:
    LZ_CHECK = Err.Description
End Function

Public Sub LzxlCheck()
    RunPython "from lzxl.functions import udfs; udfs.run('check')"
End Sub

Public Sub LzxlClear()
    RunPython "from lzxl.functions import udfs; udfs.run('clear')"
End Sub

Public Sub LzxlCollect()
    RunPython "from lzxl.functions import udfs; udfs.run('collect')"
End Sub

Public Sub LzxlStatus()
    RunPython "from lzxl.functions import udfs; udfs.run('status')"
End Sub

Public Sub LzxlConsolidate()
    RunPython "from lzxl.functions import udfs; udfs.run('consolidate')"
End Sub

Public Sub LzxlButton(control As IRibbonControl)
    Select Case control.ID
        Case "LzxlCheck": LzxlCheck
        Case "LzxlClear": LzxlClear
        Case "LzxlCollect": LzxlCollect
        Case "LzxlStatus": LzxlStatus
        Case "LzxlConsolidate": LzxlConsolidate
    End Select
End Sub
