"""The guide texts (办事指南) and materials of a change of address, zh-CN and en."""

from kit.matters import Guide, Material

MATERIALS = (
    Material(
        "domicile_proof",
        "新住所使用证明",
        "Proof of the new address",
        hint_zh="不动产权证书、租赁合同或托管协议，PDF 或图片；填了托管地址授权码的不用上传",
        hint_en="Title deed, lease or hosting agreement; PDF or image. Not needed with "
        "the code of an address grant",
    ),
    Material(
        "decision",
        "变更决议或决定",
        "The decision to move",
        required=False,
        hint_zh="章程要求股东会或董事会决议的，上传决议",
        hint_en="Where the articles ask for a resolution of the shareholders or the board",
    ),
)

GUIDE = Guide(
    summary=(
        "公司搬家或托管地址到期，变更登记住所，换发营业执照。",
        "The company moves, or its hosting ends: register another address, get the licence anew.",
    ),
    who=(
        "在云川省登记的有限责任公司，由法定代表人本人申请。",
        "A limited company registered in Yunchuan; its legal representative applies in person.",
    ),
    result=(
        "登记簿记载新住所，电子营业执照换发新版，旧版同时失效。",
        "The register shows the new address; the licence is issued anew and the former one ends.",
    ),
    legal_basis=(
        (
            "《市场主体登记管理条例》第十一条、第十九条、第二十四条、第二十七条",
            "Regulations on market entity registration, arts. 11, 19, 24, 27",
        ),
        ("《市场主体登记管理条例实施细则》", "Their implementing rules"),
    ),
    steps=(
        (
            "填写企业代码和新住所，可随时保存",
            "Name the company and the new address; save whenever you like",
        ),
        (
            "上传新住所使用证明；有托管地址授权码的不用",
            "Upload the proof of the address; not with the code of an address grant",
        ),
        ("法定代表人核对、签署并提交", "The legal representative checks, signs and submits"),
        (
            "迁入地登记机关 3 个工作日内审查",
            "The office of the new place reviews it within three working days",
        ),
        ("领取换发的电子营业执照", "Fetch the new licence"),
    ),
)
