"""What lies in every archive for whoever has nothing else: how it is checked with the means of any computer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lzxl.archive.container import BASIS, CATALOGUE, CONTENT, HEAD, PUBLIC_KEY, SIGNATURE, SM3_SUMS, SUMS

_TEXT = """\
{bureau}{period}廉政风险防控归档（{volume}卷）：核对方法

一、这是什么
　　这个压缩包（zip）没有加密，也没有压缩，任何解压软件都能打开。
　　{CATALOGUE}：归档文件目录，一件一行。
　　{CONTENT}：本年的文件，照原样存放。
　　{BASIS}：当时所依据的表单、用词、规则的定义和程序版本。
　　{HEAD}：机器可读的说明，含上一期归档的封存值。
　　{SUMS}、{SM3_SUMS}：每个文件的校验值（SHA-256；SM3 即 GB/T 32905）。

二、用 lzxl 核对（各种改动逐个指明）
　　lzxl verify 归档文件.zip
　　本期和上一期一起核对，看是否衔接：lzxl verify 本期.zip 上一期.zip

三、不用 lzxl 核对
　　1．解压到一个空文件夹，在这个文件夹里运行：
　　　　sha256sum -c {SUMS}
　　　　每行应显示 OK（或“成功”）。Windows 上可用：certutil -hashfile 文件名 SHA256，逐个与清单比较。
　　2．清单以外不应有多余的文件；只有 {SUMS} 本身{and_signature}不在清单里。
　　3．再算清单本身的校验值：sha256sum {SUMS}
　　　　这就是“封存值”，归档时显示在屏幕上，并应另行记在纸上。与记下的相同，整个归档就没有被改动过。
　　4．SM3：cksum -a sm3 --untagged 文件名，或 openssl dgst -sm3 文件名，与 {SM3_SUMS} 比较。
{signed}
{chain}
"""
_SIGNED = """\
　　5．数字签名（Ed25519）：
　　　　openssl pkeyutl -verify -pubin -inkey {PUBLIC_KEY} -rawin -in {SUMS} -sigfile {SIGNATURE}
　　　　{PUBLIC_KEY} 要与本局另行公布的公钥相同，签名才说明是谁归的档。
"""
_CHAINED = "四、与上一期的衔接\n　　上一期（{period}）{volume}卷的封存值：{sha256}"
_FIRST = "四、与上一期的衔接\n　　归档时没有上一期的归档，这是第一份。"


def instructions(head: Mapping[str, Any]) -> str:
    """The page for an archive that says `head` of itself."""
    names = {
        "CATALOGUE": CATALOGUE,
        "CONTENT": CONTENT,
        "BASIS": BASIS,
        "HEAD": HEAD,
        "SUMS": SUMS,
        "SM3_SUMS": SM3_SUMS,
    }
    is_signed, previous = head["signed"], head["previous"]
    signed = _SIGNED.format(PUBLIC_KEY=PUBLIC_KEY, SUMS=SUMS, SIGNATURE=SIGNATURE) if is_signed else ""
    return _TEXT.format(
        **names,
        bureau=head["bureau"],
        period=head["period"],
        volume=head["volume"]["title"],
        and_signature=f"和签名 {SIGNATURE} " if is_signed else "",
        signed=signed,
        chain=_CHAINED.format(**previous) if previous is not None else _FIRST,
    )
