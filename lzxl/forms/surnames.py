"""Chinese names as a pattern: surname and given name, a name left half open (李某, 王女士), and what only begins like one."""

from __future__ import annotations

from lzxl.forms.persons import DOUBLE_SURNAMES

SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞"
    "任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余卜顾孟黄穆萧尹姚邵湛汪祁毛禹狄米贝臧戴谈宋茅庞熊纪"
    "舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万柯昝管卢莫房裘缪宗丁宣邓郁单杭洪"
    "包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲封芮储靳汲糜井段富巫乌焦巴牧隗山谷车侯宓全郗班仰秋仲伊宫宁仇栾甘厉戎祖"
    "武符刘景詹束龙叶幸司韶郜黎薄印宿白怀蒲台鄂索籍赖卓蔺屠蒙池乔阴胥苍闻莘党翟谭贡劳姬申扶冉宰郦雍桑桂濮牛寿边扈燕冀"
    "浦尚农温庄晏柴瞿阎慕连茹习艾鱼古易慎戈廖庾暨衡耿满弘匡寇广阙欧沃蔚师巩聂晁敖冷訾辛阚那简饶曾沙鞠丰巢关蒯荆游竺逯"
    "桓佟仝闫肖岳帅覃粟区敬楚亢仉哈佴但蹇付代候邸腾仵初"
    "張陳劉楊趙黃吳孫馬鄭羅謝許馮蕭鄧蔣陸鐘韓盧蘇葉呂齊閻賈顧錢湯龔賴龍萬嚴賀喬範蘭"
)
# Surnames that begin other words far more often: only with 某, 女士 and the like are they names.
_RARE = "和时应经通向利相后公成元平能从双国家空须都别水权明计查养支干解文东"
# Surname: with these after it, it begins a word.
_WORDS = (
    "周末边围期一二三四五六日内前后到 张贴扬罗挂 陈述列旧 郑重 许可多诺久 何时地人种以处况必事在 施工压行加以 "
    "严格厉肃重禁密防惩查 华侨丽 金额融钱属条银 谢绝意 章程节 范围例本 鲁莽 马上路虎 花费钱销 "
    "方面便案式可能才法向针 任何职意务由性命免期 史料 唐突 费用 钱款财物 廉洁政 雷同 罗列 毕竟业 安全排置装抚心宁静 "
    "常年常规务见态有委驻 于是今昨前本当上下去同近早晚月年一二三四五六七八九十 齐全备 余款额下地名 顾虑问客及 "
    "黄金牌 毛病 谈话及判到 纪委检律要录念 舒适 项目下 祝愿贺 董事 杜绝撰 席位 季度末报 强调烈制行迫化 "
    "路人过段上口 江西苏湖河 盛赞 林业地场木 高度层校速于管新考中额价频铁 夏季天令收 田间地园 胡乱说 凌晨 "
    "万元一分余人 管理委辖护控道线网 莫名须 房屋产地东租价管 单位独方一据证 洪水涝 包括庇装工含保裹干头 左右侧 "
    "石材料油 程序度 陆续上 荣誉 曲解 封闭存锁口面 储存备蓄 段落 富裕 车辆间主费队站牌 班子组级长次 "
    "宁可夏愿 甘愿肃 武装力汉 符合号 景区点观 龙头 司机法局 黎明 白天色领条纸 蒙古骗受 池塘 "
    "党员委组支风内政总办校纪建工派 申请报诉办领购述 边界境远 尚未有需无不 农户民业村场 温泉度和 庄稼重 柴油 "
    "连续同带夜日 古城镇树 易于受 广大泛告东西场 沙场石土 简单易要历报 "
    "曾经多因就在向反举投被来到有于先两三任与是对称将以要书给找 关于系心注键联闭照停门掉口单 游客览玩 肖像 祖国 "
    "桂林 牧民场区 台账湾州 印章发制件 宿舍州 索要取贿赔 焦点急 贡献 劳动务资保 扶贫持 师生傅 云南端 苏州 "
    "吉林 全体部程面市县局省年区国 区域里级委政 敬请 付款费 代表理办为 候选补 初步次期 但是 山区东西 米面 "
    "贝类 伍佰 那么里些个 丰富收 满意足 广播 沃土 简介 牛羊奶 秋季天收 花园 水利 乐意于 井盖 屠宰 强拆 "
    "习惯 燃气"
)
_GIVEN = r"[\u4e00-\u9fff]"
# As notices and newspapers leave a name half open.
_LEFT_OPEN = r"(?:某[某]?|[XxＸ×*○]{1,2})"
_TITLE = r"(?:先生|女士|小姐|老师|师傅|大爷|阿姨|大妈|老板|总|大姐|大哥|大叔|大娘|大伯|太太|夫人)"
_HALF_OPEN = rf"(?:{_LEFT_OPEN}|(?<![和向从经]){_TITLE})"  # 向老师反映 names nobody
_BEGINS_A_WORD = "|".join(f"{entry[0]}[{entry[1:]}]" for entry in _WORDS.split())
# Without those that are said of places, numbers and offices far more often than of people.
_DOUBLE = "|".join(sorted(DOUBLE_SURNAMES - {"百里", "第五", "东方", "西门", "东门", "南门", "司空"}))
_DOTTED = r"[\u4e00-\u9fff]{1,6}(?:[·•・‧][\u4e00-\u9fff]{1,8})+"

NO_NAME_ENDS = "县区市镇乡村局科处所站队办部厅院校厂店司组会委街路方户员者众层类件信案位商企号门将对被把给在因由从已也都还又未没让替或"
"""What ends the name of a place, an office or a group, or goes between a name and a verb; hardly ever the end of a name."""
NAME = (
    rf"(?:{_DOTTED}|(?:{_DOUBLE}){_GIVEN}{{1,2}}|[{SURNAMES}{_RARE}]{_HALF_OPEN}|[老小][{SURNAMES}]|[A-Z][a-z]+ [A-Z][a-z]+"
    rf"|(?!{_BEGINS_A_WORD})[{SURNAMES}]{_GIVEN}{{1,2}}?)"
)
"""A name in running text; what follows it must be looked at as well."""
NAME_AFTER_SIGN = (
    rf"(?:{_DOTTED}|(?:{_DOUBLE}){_GIVEN}{{1,2}}|[{SURNAMES}{_RARE}]{_HALF_OPEN}|[老小][{SURNAMES}]"
    rf"|(?!{_BEGINS_A_WORD})[{SURNAMES}]{_GIVEN}{{1,2}}|[A-Z][a-z]+(?: [A-Z][a-z]+)+|{_GIVEN}某)"
)
"""A name after a colon or a bracket, where one is expected."""
