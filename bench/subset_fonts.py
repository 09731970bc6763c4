"""Make the two embedded fonts of the PDF report from the full Noto Sans SC.

The originals are the static TrueType faces of the npm package ``@expo-google-fonts/noto-sans-sc``
(version 0.4.3; SIL Open Font License 1.1)::

    npm pack @expo-google-fonts/noto-sans-sc@0.4.3
    tar xzf expo-google-fonts-noto-sans-sc-0.4.3.tgz
    python -m bench.subset_fonts package

Kept: Latin, Greek, Russian, kana, punctuation, arrows, mathematics, CJK signs and Hanzi. The
regular face has every GBK Hanzi and the rare ones of names. The bold face has those of the Table of
General Standard Chinese Characters, GB 2312 and the frequent plane of Big5; a bold text that needs
another one is set in the regular face.
Dropped: Hangul, hinting, OpenType layout, which ReportLab does not use.

Curly quotes are as wide as a Hanzi in this font. Their narrow forms, which the font offers through
its ``pwid`` feature, get places in the private use area, as ``analysis.pdf.fonts.NARROW`` says;
the report uses them in Latin text and maps them back when text is copied.

The licence reserves the font name "Source"; the faces are called "Noto Sans SC" and keep it.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from analysis.pdf.fonts import FONT_FOLDER, NARROW

REGULAR, BOLD = "NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"
FACES = {
    REGULAR: "400Regular/NotoSansSC_400Regular.ttf",
    BOLD: "700Bold/NotoSansSC_700Bold.ttf",
}
LICENCE = "LICENSE_FONT"

SIGNS = (
    (0x0020, 0x007E),  # Latin
    (0x00A0, 0x024F),  # Latin-1, Latin Extended-A and B
    (0x02C6, 0x02DD),  # modifier letters
    (0x0391, 0x03C9),  # Greek
    (0x0401, 0x0451),  # Russian
    (0x1E00, 0x1EFF),  # Latin Extended Additional
    (0x2010, 0x205E),  # punctuation
    (0x2070, 0x209F),  # superscripts and subscripts
    (0x20A0, 0x20BF),  # currencies
    (0x2100, 0x218B),  # letter-like signs, fractions, Roman numerals
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematics
    (0x2460, 0x249B),  # circled and bracketed numbers
    (0x25A0, 0x26FF),  # shapes and signs
    (0x2700, 0x27BF),  # dingbats
    (0x3000, 0x303F),  # CJK signs and punctuation
    (0x3041, 0x30FF),  # kana
    (0xFF01, 0xFF5E),  # full-width forms
    (0xFFE0, 0xFFE6),  # full-width currencies
)
LATE_HANZI = (
    (0x9FA6, 0x9FFF),  # added to the main block after GBK
    (0x20000, 0x323AF),  # Extensions B to H: the font has a few hundred, for names and chemistry
)
# Extension A as far as the Table of General Standard Chinese Characters (2013) goes.
EXTENSION_A = (
    "㑇㑊㕮㘎㙍㙘㙦㛃㛚㛹㟃㠇㠓㤘㥄㧐㧑㧟㫰㬊㬎㬚㭎㭕㮾㰀㳇㳘㳚㴔㵐㶲㸆㸌㺄㻬㽏㿠䁖䂮䃅䃎䅟䌹䎃䎖"
    "䏝䏡䏲䐃䓖䓛䓨䓫䓬䗖䗛䗪䗴䜣䝙䢺䢼䣘䥽䦃䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙䶮"
)
# The Hanzi of the same table that neither GB 2312 nor the frequent plane of Big5 has: most are
# rare outside names.
NAME_HANZI = (
    "啰乂丏夬匜厾玕玙抔抃芼旸吽牤沚沨纴玡玭玠玦拤劼拃茓茀杻旻昉呣炘祎垱挦柈眊峣郤饸饹疭竑闿羑浕恓"
    "牁姮珰珣琤栟彧眬鸮盉俵俶訚烜牂骎琇捯埵捽梿棁唵崚秾鸻馃阇焗郿欸琫揳塆靰靸椪雱睄嗞嵖嵎铻媭鲀颎"
    "湜湉愔祾翚瑄蒟楯跶跐嗐锜鹐亶瘆滫滃滪窣璈叆摽榖靺靿僰豨嘡嘚箓魆粿熥嫚鋆颙踒熜褟璠縠嚄螠镚镠膙"
    "獴赟澥窸璪鞡鞬罽鳀鞨鞧藠蹚鹮霨蹽蹾齁镴臜瓘镵齉卬毌邘圢冮氿汈讱扞圲圫芃朳朸邨屼屾辿伣伈癿甪邠"
    "汋讻孖玒玓玘玚刬坉扽坋扺毐苉芠杕杙杄杧尪尨轪坒旴旵岠呇冏觃伾伭佖佁飏汧汫沄汭沇忳忺祃诇邲诐屃"
    "岊妧妘纮驲纻纼玤玞玱邽邿坥坰坬坽弆茋苾枅枍矼矻匼旿昄昒昈咉咇咍岨岞峂囷钖牥垈侁侹佸侂佽侘郈舠"
    "攽肸狉狝饳忞炌炆泙沺泂泃泇峃祋祊鸤弢弨陑陎乸妭姈叕玶珇珅珋玹珌玿韨垚垯垙垍耇垎垟垞挓垵垏荖荁"
    "荙茽荄荓柷柊枹栐柖郚剅厖砆砄耏奓昺昽盷咡咺昳昣昫昡咥昪虷虸哃峘峛峗峧帡钘秬俫俙俍垕衎弇侴鸧胠"
    "胈胣朏飐訄饻庤炣炟洭洘洓洿泚浉洑洢洈洺洨浐洴洣恔宬扂袆祏叚娀姞姱姤姶姽枲绖骃骉珛珹玼珖珽珦珫"
    "珒珢珕珝埗垾垺埆垿埌埇茝鄀莝莙栻梠栴梴栒砵砫硁翃郪辀剕哢晊唝哱冔晐畖蚄蚆峿崄帨崀甡倻倴倕倞倓"
    "倧衃虒舥鸰朓虓鱽峱勍竘羖羓烠烔烶烻涍浡浭涄涢涐浰浟浛浲涘悈悢宧窅窊窎扅扆袪袗袯隺堲疍烝砮翀翂"
    "剟绤骍琎珸珵琄琈琀珺堎堐埼埫堌晢掞埪壸萚莿勚菂菍菼萣菉梼梽桲梾桯梣梌桹硔硙硚硊硍勔龁逴啫翈晙"
    "畤跂蛃蚲啴崟崒崌崡铏铚牻笯偰偡偲偁鄅偓徛衒舲鸼悆鄃瓻脟鱾猇猄庱庼痓竫堃羕焆烺焌淏淟淜淴淯湴涴"
    "惛惔悰惙寁裈祲谞弸弶隃婞娵婼媖婳婍婌婫婤婘婠绹骕絜珷琲琡琟琔琭堾堼揕堧喆堨塅惎萳靬葴鄚蓇萩葰"
    "葎鄑葖蒄萹棤棽棫椓椑鹀椆棓棬棪椀酦奡皕詟辌棐龂牚睎晫晪晱畯斝喤崶嵁嵅崿嵚翙圌圐赑赒犇颋稌筀筜"
    "筥傃傉翛傒傕畬脿腘腒鲃猰猯馉凓廋廆鄌遆旐焞欻溚溁湝渰渟溠渼溇湑溞愐愃敩棨扊祼婻媆媞媓媂媄矞缊"
    "缐骙瑃瑓瑅瑆瑖瑝瑔瑀瑳瑂嶅瑑髢堽赪摛塝搒蒱蒨蓏蔀蓢蓂蒻楪榃榅楒楩椸楙歅碃碏碈鄠辒暕鹍暅跱蜐蜎"
    "嵲赗锳锧稑稙筼筶筦筤艅谼貆腨腯鲉鲊鲌鲏猺飔觟馌裛鹒鄜麀阘煁煃煴煋煟煓溍溹滆滉溦溵漷滧滘滍愭慥"
    "慆塱禋禔禘禒鹔嫄媱勠戣缞耤瑧瑨瑱瑢斠摏墕墈墐墘摴靽鞁蔈蔊榰榑槚槜疐酺碶碨鹖幖嶍圙锽镃馝鹙箖劄"
    "僔鲖鲗鲘鲙夐飗凘廙鲝鄫熇漹漖潩漼漴漈漋漻慬禛隩嫕嫭嫪麹璆漦叇墣墡薁蕰蔃鼒槱鹝磏殣慭霅暵暲暶踦"
    "蝘蝲噇噂噀罶嶲嶓嶟嶒镈镋镕皞皛艎鹟鲪鲬觭鹠鹡鹢熛潖潵澂澛瑬潽潾潏憭憕戭褯禤嫽遹璥璲璒憙薳黇蕗"
    "薢橞橑橦觱磡磜豮虤暿曌曈蹅踶疁幪嶦馞穄篯簉衠盦螣縢鲯鲹亸羱糒燋熻燊燚燏濋澪澽澭澼憺嬛翯璱璬璮"
    "髽擿薿薸櫆檞醨繄磹磻瞫蹐蟏矰穙穜穟簕簃儦魋斶鲾鲿鳁鳂鳈鳉襕襚螱嬬嬥瓀鬶爇鞳鞮藟藦藨鹲黡礌蹢蹜"
    "蟫嚚髃镮酂馧簠簝簰鼫鼩皦臑鳑鳒鹯癗旞翷瀔瀍瀌襜嚭鬷蠋翾儴鳚鳛麑麖彟嬿鬒蘘欂甗巇酅髎犨爔瀱瀼襫"
    "孅骦耰鬘趯罍鼱鳠鳡鳣爟爚灈韂糵礵鹴皭龢鳤亹玃醾齇觿"
)
LEADS, TRAILS = range(0x81, 0xFF), range(0x40, 0xFF)


def hanzi_of(encoding: str, leads: range = LEADS) -> Iterator[int]:
    """Every Hanzi that two bytes of ``encoding`` can say."""
    for lead, trail in product(leads, TRAILS):
        character = bytes((lead, trail)).decode(encoding, errors="ignore")
        if len(character) == 1 and 0x4E00 <= ord(character) <= 0x9FFF:
            yield ord(character)


def common_characters() -> set[int]:
    """What both faces have: signs, rare Hanzi, GB 2312 and the frequent plane of Big5."""
    in_ranges = {code for low, high in SIGNS + LATE_HANZI for code in range(low, high + 1)}
    frequent = {*hanzi_of("gb2312"), *hanzi_of("big5", leads=range(0xA4, 0xC7))}
    return in_ranges | frequent | set(map(ord, EXTENSION_A + NAME_HANZI))


def add_narrow_quotes(font: TTFont) -> None:
    """Give the narrow forms of the curly quotes characters of their own."""
    table = font["GSUB"].table
    records = [record.Feature for record in table.FeatureList.FeatureRecord]
    tags = [record.FeatureTag for record in table.FeatureList.FeatureRecord]
    lookups = {
        index
        for tag, feature in zip(tags, records, strict=True)
        for index in feature.LookupListIndex
        if tag == "pwid"
    }
    narrow: dict[str, str] = {}
    for index in lookups:
        for subtable in table.LookupList.Lookup[index].SubTable:
            narrow |= getattr(subtable, "ExtSubTable", subtable).mapping
    for subtable in font["cmap"].tables:
        if subtable.isUnicode() and subtable.format != 14:
            for private, quote in NARROW.items():
                subtable.cmap[private] = narrow[subtable.cmap[quote]]


def subset(original: Path, destination: Path, wanted: set[int]) -> None:
    options = Options()
    options.hinting = False
    options.layout_features = []
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "STAT", "vhea", "vmtx", "gasp"]
    options.name_IDs = ["*"]
    options.name_languages = ["*"]
    options.notdef_outline = True
    options.glyph_names = False
    options.recalc_timestamp = False  # the same input gives the same file
    with TTFont(original, recalcTimestamp=False) as font:
        subsetter = Subsetter(options)
        add_narrow_quotes(font)
        subsetter.populate(unicodes=(wanted | set(NARROW)) & set(font.getBestCmap()))
        subsetter.subset(font)
        font.save(destination)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", type=Path, help="the unpacked npm package")
    parser.add_argument("--to", type=Path, default=FONT_FOLDER)
    arguments = parser.parse_args()
    arguments.to.mkdir(parents=True, exist_ok=True)
    common = common_characters()
    wanted = {REGULAR: common | set(hanzi_of("gbk")), BOLD: common}
    for name, original in FACES.items():
        subset(arguments.package / original, arguments.to / name, wanted[name])
        print(f"{name}: {(arguments.to / name).stat().st_size / 1e6:.2f} MB")
    shutil.copyfile(arguments.package / LICENCE, arguments.to / "OFL.txt")


if __name__ == "__main__":
    main()
