"""The standing texts: help, accessibility, privacy. Words only."""

from gateway.window.wording import later

Sections = tuple[tuple[str, tuple[str, ...]], ...]

HELP: Sections = (
    (
        later("办到一半可以停吗"),
        (
            later("可以。每一页都可以保存后离开，从“我的办件”回来接着填，填过的内容都在。"),
            later("提交签名以后再修改内容，已经签的名会作废，需要大家重新签。"),
        ),
    ),
    (
        later("多久能办好"),
        (
            later("办件页上写着承诺办结日期和法定期限。日期按工作日计算，补正后重新起算。"),
            later("符合全部规定、不需要人工判断的申请当场办结。"),
        ),
    ),
    (
        later("遇到问题"),
        (
            later(
                "页面出错时会显示一串编号。联系登记机关窗口时报出这串编号，工作人员就能找到那一次操作。"
            ),
        ),
    ),
)

ACCESSIBILITY: Sections = (
    (
        "",
        (
            later("本网站按照 WCAG 2.2 AA 设计，每一页都在宽屏和手机宽度下自动检查。"),
            later("可以只用键盘操作，也可以配合读屏软件。"),
            later(
                "页面上方的“大字版”把字号放大四分之一，并使用最高对比度。设置会保存在您的浏览器里。"
            ),
            later("不启用 JavaScript 也能办完全部事项。"),
        ),
    ),
    (
        later("发现障碍时"),
        (later("请把页面地址和遇到的困难告诉登记机关窗口，窗口也可以代为办理。"),),
    ),
)

PRIVACY: Sections = (
    (
        "",
        (
            later(
                "为办理登记，我们收集申请人和任职人员的姓名、证件号码和联系电话，用途以法律规定为限。"
            ),
            later("证件号码和电话加密保存，页面和回执上只显示一部分。"),
            later(
                "依法应当公示的信息（名称、代码、类型、法定代表人、注册资本、住所、经营范围、股东）任何人可以查询。"
            ),
        ),
    ),
    (
        "Cookie",
        (later("只使用登录、语言和字号所必需的 Cookie，不做跟踪，不向第三方发送。"),),
    ),
)
