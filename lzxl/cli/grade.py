"""lzxl grade: the level of a risk, and what it rests on."""

from __future__ import annotations

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.screen import echo
from lzxl.cli.session import Session, write_data


@click.command(
    cls=ChineseCommand,
    help="按发生可能性和后果程度查风险等级，并给出依据。",
    epilog="示例：\n  lzxl grade 较大 严重\n  lzxl grade 较小 较严重 --json",
)
@click.argument("likelihood", metavar="可能性")
@click.argument("severity", metavar="后果")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@click.pass_obj
def command(session: Session, likelihood: str, severity: str, as_json: bool) -> None:
    from lzxl.api import grade

    campaign = session.campaign_if_any()
    scheme = campaign.config.grading_scheme if campaign else "rules"
    found = grade(likelihood, severity, scheme, campaign.config.open_cells if campaign else None)
    if as_json:
        from lzxl.formats.json import render

        write_data(
            render(
                {
                    "likelihood": found.likelihood,
                    "severity": found.severity,
                    "level": found.level,
                    "basis": found.basis,
                    "open": found.open,
                }
            )
        )
        return
    echo(f"{found.level}　{found.basis}")
