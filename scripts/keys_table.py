"""Print the table of keys for the README, made of the actions themselves."""

from __future__ import annotations

from itertools import groupby

from moosegui.gui.keys.actions import key_rows


def main() -> None:
    """Print one Markdown table, its groups in the order of the menus."""
    print("| key | action |\n| --- | --- |")
    for group, rows in groupby(key_rows(), key=lambda row: row.group):
        print(f"| | **{group}** |")
        for row in rows:
            keys = " ".join(f"`{key}`" for key in row.keys.split("  "))
            print(f"| {keys} | {row.description} |")


if __name__ == "__main__":
    main()
