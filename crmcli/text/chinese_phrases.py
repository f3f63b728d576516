"""The Chinese of what the program says on screens, by the English."""

from __future__ import annotations

CHINESE = {
    # the day
    "Today {date}": "今天 {date}",
    "Late": "逾期",
    "Waits for you": "等你处理",
    "Today": "今天",
    "Quiet": "久未联系",
    "No next step": "没有下一步",
    "Worth starting with": "可以从这里开始",
    "Nothing waits.": "没有待办。",
    "{number} more: --all shows them": "还有 {number} 条：--all 全部显示",
    "{days} late": "逾期 {days}",
    "due today": "今天到期",
    "in {span}": "{span}后",
    "{span} ago": "{span}前",
    "now": "现在",
    "{hours}h": "{hours} 小时",
    "{hours}h {minutes}min": "{hours} 小时 {minutes} 分钟",
    "{minutes}min": "{minutes} 分钟",
    "never touched": "从未联系",
    "quiet for {days}": "{days}没有联系",
    "{said} (cadence {cadence})": "{said}（联系周期 {cadence}）",
    "no move in {stage} for {days} (rot {rot})": "停在“{stage}”{days}（限 {rot}）",
    "no next step": "没有下一步",
    "no next step, was to close {day}": "没有下一步，原定{day}成交",
    "no next step, closes {day}": "没有下一步，{day}成交",
    "has {fields}": "有{fields}",
    "new": "新",
    "{tasks} to come, the first on {day}: {title}": "还有 {tasks}，最近的在{day}：{title}",
    "crm does not know who you are, so this is what belongs to nobody: `crm config me YOU` says it": (
        "crm 不知道你是谁，这里只有不属于任何人的事：用 `crm config me YOU` 告诉它"
    ),
    "only {types}: these words cannot be asked of other records": "只有{types}：其他记录没有这些条件",
    "{types} and tasks on them": "{types}和它们的任务",
    "This book is empty. Two ways to begin:": "账本还是空的。可以这样开始：",
    "one record at a time": "一次一条记录",
    "a list you have already": "已有的名单",
    # one record
    "Created": "创建",
    "Keys": "外部编号",
    "archived {day}": "已归档 {day}",
    "{span} here": "在此 {span}",
    "In the file, not in the schema": "文件里有、字段定义里没有",
    "Timeline": "动态",
    "{number} older": "更早的 {number} 条",
    "… {number} more": "… 还有 {number} 条",
    "{label}, closed": "{label}（已结束）",
    "Next": "下一步",
    "Deals": "商机",
    "People": "联系人",
    "Last": "最近",
    # what happened
    "created": "创建",
    "deleted": "删除",
    "restored": "恢复",
    "log line taken back": "撤回一条记录",
    "renamed to {name}": "改名为 {name}",
    "{label} written": "写入{label}",
    "{label} changed": "修改{label}",
    "{label} emptied": "清空{label}",
    "nothing": "空",
    "create": "创建",
    "restore": "恢复",
    "delete": "删除",
    "move": "推进",
    "rename": "改名",
    "set": "修改",
    "log": "记录",
    "When": "时间",
    "Who": "谁",
    "How": "方式",
    "What": "内容",
    "Op": "操作",
    # tables and boards
    "total": "合计",
    "nothing found": "没有找到",
    "showing {number} of {found}": "共 {found} 条，显示 {number} 条",
    "no room for {columns}": "放不下：{columns}",
    "{amounts} without a rate to {currency} left out of the sums: see rates.tsv": (
        "{amounts}没有对 {currency} 的汇率，未计入合计：见 rates.tsv"
    ),
    "{records} in a stage this pipeline does not have: `crm check` names them": (
        "{records}在流程没有的阶段里：`crm check` 会列出"
    ),
}

MEASURES = {"day": "天", "task": "个任务", "amount": "笔金额"}
"""What follows a number; of a record type its own name."""
