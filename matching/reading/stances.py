"""How a sentence stands to what it names: needed, excluded, wished for, asked about, needed later, done by others.

The way of ConText (Harkema et al. 2009) and of its forerunner NegEx (Chapman et al. 2001): cues with a direction, and a scope that ends at
the next break of the sentence. The cues are those of procurement prose.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from matching.reading.passages import Sentence


class Stance(IntEnum):
    """The larger wins where two scopes cover the same words."""

    NEEDED = 0
    WISHED = 1
    LATER = 2
    ASKED = 3
    OTHERS = 4  # done, had or supplied by the sponsor or somebody else
    NOT_NEEDED = 5
    EXCLUDED = 6  # must not be there


class Reach(IntEnum):
    FORWARD = 0
    BACKWARD = 1
    CLAUSE = 2
    SHORT = 3  # forward over a few words only


@dataclass(frozen=True, slots=True)
class Scope:
    start: int
    end: int
    stance: Stance


_I: Final = re.IGNORECASE
_SUBJECT: Final = (
    r"(?:we|i|you|they|it|there|our|your|the|this|these|that|those|all|both|each|please|he|she|a|an|any)"
)
_VERB: Final = (
    r"(?:is|are|was|were|be|must|shall|should|will|would|can|could|may|has|have|had|need|needs|want|wants|require|requires|expect|expects|"
    r"remains?|stays?|comes?|starts?|begins?|runs?|includes?|provided|supplied)"
)
# Where the reach of a cue ends.
_BREAK: Final = re.compile(
    rf";|\s[–—-]\s|\||\b(?:but|however|whereas|while|although|though|unless|except that|yet)\b|,?\s\bso\b(?: that)?|"
    rf",\s(?:and |then |or |since |because |which |who |where |for which )?(?:we|i|you|they|it|there|our|your|please|he|she)\b|"
    rf",\s(?:and |then )(?:the|this|these|that|a|an)\b|\band (?:we|our|you|your|they|it|then|please|must|shall|should|will|need|needs|want|require|expect)\b|"
    rf",\s(?:must|shall|should|need|needs|required|then|plus|but|preferably|ideally)\b|\.\s|[.!?]$|\bbecause\b|,\swhich\b|,\swith\b|\)|\bbeyond\b|\bapart from\b",
    _I,
)
_FINITE: Final = re.compile(rf"\b{_VERB}\b", _I)
_BREAK_BACK: Final = re.compile(
    r";|\s[–—-]\s|\||\(|:\s|\b(?:but|however|whereas|while|although|though|because|if|when|where|since)\b|,\s(?:and|so|then)\s|\.\s|\b(?:and|,)\s(?:we|our|the|your|you|it|they)\b",
    _I,
)


def _cue(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", _I)


_ORGANISATION: Final = (
    r"(?:another|a (?:separate|different|second|third|specialised|specialist)|an(?:other)? external|our|the sponsor'?s?|an existing|the existing|an academic|a university|"
    r"a (?:uk|us|german|french|swiss|dutch|danish|local) )[\w\s,'’-]{0,40}?"
    r"(?:compan(?:y|ies)|vendors?|cdmos?|cmos?|suppliers?|partners?|cros?|laborator(?:y|ies)|labs?|plants?|sites?|depots?|qps?|team|facilit(?:y|ies)|group|department|university|"
    r"contractors?|manufacturer|affiliate|colleagues|people|chemists|hospital|institute|contract|warehouse|factory|side|network|printer|moulder|consultants?)\b"
)

_NO: Final = r"no(?! (?:later|more than|less than|fewer|preference|earlier|doubt|problem|longer than|larger|greater|matter|exception|issue|later|questions?)\b)"
_CUES: Final[tuple[tuple[Stance, Reach, re.Pattern[str]], ...]] = (
    # --- not needed
    (Stance.NOT_NEEDED, Reach.FORWARD, _cue(
        r"(?:do|does|did|will|would|shall) not (?:\w+ )?(?:need|require|want|expect|ask|seek|plan|foresee|intend|include|look for|insist|anticipate|wish|consider|cover|use|call for|involve)"
        r"|don['’]?t (?:\w+ )?(?:need|require|want|expect|ask|seek|plan|foresee|look for|use)|doesn['’]?t (?:need|require|include)|won['’]?t (?:need|require)"
        r"|not (?:asking|looking|seeking|interested|needing|requesting|planning|after)(?: for| in)?|no need (?:for|of|to)|need(?:s)? no|have no need|requires? no|without|rather than|instead of|in place of"
        r"|neither|nor|never|out of scope|not in scope|outside (?:the )?scope|excluding|exclud(?:es|ed)|excl\.?|other than|save for|independent of|not part of (?:this|the) (?:rfp|scope|project|request|enquiry)"
        r"|no longer (?:need|require|want)|has no|have no|contains? no|with no|lacks?|not necessary|not included|free of|not (?:to be )?confus\w+"
    )),
    (Stance.NOT_NEEDED, Reach.FORWARD, _cue(_NO)),
    (Stance.NOT_NEEDED, Reach.SHORT, _cue(r"not(?! (?:only|later|before|earlier|more|less|exceed|below|above|fewer|just|yet known|simply|necessarily|least|acceptable|allowed|permitted|be)\b)|isn['’]?t|aren['’]?t|as opposed to|replac(?:es|ing)|avoid(?:s|ing)?|was rejected")),
    (Stance.NOT_NEEDED, Reach.BACKWARD, _cue(
        r"(?:is|are|was|were|will be|would be)?\s?(?:not|neither|no longer|never) (?:\w+ )?(?:needed|required|necessary|requested|wanted|asked for|in scope|included|part of|foreseen|planned|intended|expected|relevant|applicable|used|an issue|a subject|a topic|of interest|to be (?:quoted|included|offered|done)|our route|ours|priced|mandatory|due|"
        r"concerned|covered|within|under|essential|anticipated|obligatory)|(?:isn['’]?t|aren['’]?t) (?:needed|required|necessary|in scope|used|part)|needn['’]?t|not needed|not required|out of scope|outside (?:the )?scope|outside (?:of )?this (?:rfp|enquiry|request|project)|outside this|excluded|"
        r"earns? no points|n/?a|not applicable|unnecessary|(?:is|are) (?:waived|dropped|off the table|irrelevant)|(?:was|were) (?:rejected|abandoned|dropped|ruled out|discontinued)|no part of|need not|of no interest|not us|not you|"
        r"not our (?:concern|choice|route|topic)|(?:is|are) no (?:topic|subject|requirement|issue|criterion|factor)|can be ignored|does not matter|do not matter|plays? no role|not for (?:you|this|now)"
    )),
    # --- excluded
    (Stance.EXCLUDED, Reach.FORWARD, _cue(
        r"(?:must|shall|may|can|should|will) not|cannot|can['’]t|mustn['’]t|must never|shall never|may never|must be free (?:of|from)|(?:is|are) free (?:of|from)|free from|exclusion of|we exclude|we rule out|prohibit\w*|no-go|not (?:allowed|permitted|accepted|acceptable)(?: is| are)?"
    )),
    (Stance.EXCLUDED, Reach.BACKWARD, _cue(
        r"(?:is|are|would be|will be)?\s?(?:not|never) (?:acceptable|permitted|allowed|accepted|tolerated|welcome|an option|possible)|(?:is|are|will be)?\s?(?:unacceptable|prohibited|banned|forbidden|ruled out|a deal-?breaker|a no-go|no-go|disqualif\w+|excluded by)|must not be|shall not be|may not be|cannot be|should not be"
    )),
    # --- done by others
    (Stance.OTHERS, Reach.BACKWARD, _cue(
        rf"(?:(?:is|are|will be|was|were|has been|have been|being|to be)\s)?(?:\w+\s)?(?:manufactured|made|done|run|performed|supplied|provided|handled|covered|delivered|written|tested|moulded|validated|placed|sourced|packed|produced|developed|"
        rf"taken care of|carried out|conducted|organised|held|kept|prepared|filled|stored|contracted|procured|synthesi[sz]ed|micronised|milled|generated|purchased|bought|owned|managed|shipped|sent|authored|printed|purified|conjugated)\s"
        rf"(?:already\s|separately\s|exclusively\s|entirely\s)?(?:by|with|at|from|in|to|on|through|via)\s(?:us\b|ourselves|{_ORGANISATION}|our own|[A-Z][\w&.-]+(?: [A-Z][\w&.-]+)*(?: (?:in|of|at) )?)"
    )),
    (Stance.OTHERS, Reach.BACKWARD, _cue(
        rf"(?:comes?|coming|stays?|remains?|(?:is|are|will be)(?: run| kept)?|lies|rests?|sits?) (?:with|at|from|by|in|on) (?:us\b|our\b|{_ORGANISATION})"
        r"|(?:is|are) ours|(?:is|are) (?:our|the sponsor['’]s|sponsor) (?:job|task|business|responsibility|part|own)|done in[- ]house|in[- ]house|elsewhere|by others|our own|sponsor[- ]supplied|supplied by sponsor|provided by sponsor|customer[- ]supplied|by us|by sponsor|"
        r"on our side|at our end|we do that ourselves|already (?:done|contracted|placed|in place|covered|available|completed|complete|finished|established|qualified|validated)|handled separately|contracted separately|separate(?:ly)? (?:contract|tender|rfp|order|agreement)|(?:is|are|will be) (?:provided|supplied)(?! by you| by the (?:supplier|cdmo|contractor|vendor|partner))|free[- ]issued?"
    )),
    (Stance.OTHERS, Reach.FORWARD, _cue(
        r"we (?:already |currently |now |also |both |only |today |will |shall |can |do |ourselves )*(?:manufacture|make|produce|synthesi[sz]e|run|operate|perform|carry out|fill|pack|keep|own|handle|supply|provide|deliver|ship|bring|retain|wrote|write|source|buy|test|micronise|conjugate|develop(?:ed)?|have (?:a|an|our|two|three|in-house)|made|produced)"
        r"|(?:manufactured|made|produced|filled|sold|supplied) (?:until|to) (?:now|today|date)|currently (?:filled|made|manufactured|produced|supplied|packed|done) (?:by|at|in)|(?:our|the) (?:current|existing|present|incumbent|previous|former|old) (?:\w+ )?(?:cmo|cdmo|supplier|partner|vendor|manufacturer|site|contractor) (?:in \w+ )?(?:uses?|runs?|makes?|fills?|has|have|had|does|works?|packs?)"
        r"|our (?:own )?(?:\w+ )?(?:plant|site|laborator(?:y|ies)|labs?|facility|team|colleagues|depot|partner|cro|supplier) (?:\w+ )?(?:in \w+ )?(?:makes?|runs?|does|do|performs?|handles?|supplies|supply|provides?|delivers?|packs?|tests?|has|have|will|keeps?|takes?|ships?|writes?)"
    )),
    (Stance.OTHERS, Reach.BACKWARD, _cue(r"(?:at|in|from) our (?:own )?(?:plant|site|laborator(?:y|ies)|labs?|facility|depot)\b(?! \w+ (?:to|into) (?:you|yours))")),
    # --- later
    (Stance.LATER, Reach.FORWARD, _cue(
        r"later(?! than)|eventually|in (?:the )?(?:longer term|future|a later|a second|a further)|at a later|further down|down the (?:line|road)|subsequently|afterwards?|thereafter, if|in due course|once (?:approved|the product is)|long[- ]term (?:we|plan)|for the future|future(?: need| option| supply)?|options? (?:for|to|on)|optional(?:ly)?|might (?:later )?(?:need|want|require|become|follow)|may (?:later |eventually |subsequently )?(?:need|want|require|become|follow|add|move|be added|be needed)|could (?:later )?(?:need|become|follow)|sooner or later|if (?:the )?(?:phase|study|trial|data|results?) (?:\w+ )?(?:succeeds?|(?:is|are) (?:positive|good|successful))|after (?:the )?approval|if (?:successful|approved|positive)|phase (?:ii|iii|2|3) (?:will|would|may|might|could) follow|next phase|second contract|second step|thinking ahead|looking ahead"
    )),
    (Stance.LATER, Reach.BACKWARD, _cue(
        r"later(?! than)|at a later (?:stage|date|point)|in (?:the )?future|in a (?:second|later|further|next) (?:step|phase|stage|contract|wave)|eventually|can be at (?:a|another) (?:second|other|different)? ?site|will (?:come|follow) (?:later|after|in)|may follow|might follow|could follow|will follow|would follow|for phase (?:iii|3|ii|2) (?:only|later)|(?:is|are) (?:an )?(?:options?|optional)|not (?:yet|now|before|until|at this stage|in this phase|for phase)|to be decided|tbd|not for phase|a later (?:need|topic|matter|question|phase)|down the (?:line|road)|as an option"
    )),
    # --- asked
    (Stance.ASKED, Reach.FORWARD, _cue(
        r"(?:please|kindly|pls) (?:\w+ )?(?:state|indicate|confirm (?:whether|if)|tell|let us know|advise|specify|describe|list|share|send|comment|explain|say|attach|give|name|disclose|clarify|outline|show)|(?:we|i)(?: would|['’]d)? (?:want|like|love|wish|need|are curious|are keen|are interested) to (?:see|know|understand|hear|learn|find out)|tell us|let us know|do you (?:\w+ )?(?:have|offer|do|run|handle|hold|accept|provide|also|own|use|support|work|perform|know|see|need)|can you (?:\w+ )?(?:tell|send|confirm|say|share|show)|are you (?:able|open|willing|set up|inspected|registered)|how (?:many|much|long|often|do you|would you|soon|is|are)|what (?:is|are|would|do|does)|which of|when (?:was|were|did)|has your|have you|state (?:your|the|whether|if)|indicate (?:your|whether|if)|bidders (?:shall|should|must|are to|will) (?:state|describe|indicate|confirm|list|provide)|suppliers? (?:shall|should|must) (?:state|describe|indicate|list)|whether (?:you|your)|(?:we|i) wonder|interested to (?:know|hear)|question:?|q:|your (?:view|opinion|thoughts) on|curious"
    )),
    # --- wished for
    (Stance.WISHED, Reach.FORWARD, _cue(
        r"(?:we(?: would|['’]d)|would|i['’]d)(?: also| very much| rather| really)? (?:like|prefer|love|welcome|appreciate|favou?r|be happy|be glad)(?: to have| to see| a| an| it)?|(?:strongly |slightly |much )?prefer(?:s|red|ably|ence|ring|ences)?(?: is| are| for| to)?:?|pref\.?(?=\s|:|$)|ideally|nice[- ]to[- ]haves?:?|desirable:?|desired:?|advantageous:?|bonus(?: points?)?(?: for| if)?:?|would be (?:nice|good|great|ideal|helpful|welcome|an? (?:plus|advantage|bonus))|extra points for|plus points? for|we (?:favou?r|lean towards?|value|appreciate)|points for|if possible,?|where possible|if you can,?|wish(?:es|ed)?(?: list)?:?|preferably|should:|optional extra|could have:?|should have:?|nice:|plus:|wanted but not required"
    )),
    (Stance.WISHED, Reach.BACKWARD, _cue(
        r"(?:(?:is|are|would be|will be|being)\s)?(?:strongly |clearly |much |also |highly |only )?(?:preferred|preferable|desirable|desired|welcome|appreciated|advantageous|favou?red|beneficial|helpful)|pref\b\.?|(?:is|are|would be|as|will be|would|will|count(?:s)? as)?\s?(?:an?|some|a big|a clear|a real)\s?(?:plus|bonus|advantage|asset|preference|nice[- ]to[- ]have)|(?:would be|is|are|were|it['’]s|be)?\s?(?:nice|great|good|ideal|perfect|helpful)(?: to have)?(?=[,.;)]|$| but)|nice[- ]to[- ]have|if possible|where possible|if available|matters?(?: to us)?(?=[,.;)]|$)|would help|helps us|if you can|(?:is|are) not a must|not mandatory but|would be (?:welcome|a plus|nice|great|good|appreciated|useful|attractive|interesting)|welcome|would (?:score|earn|gain|count)|earns? (?:extra )?points|not (?:a )?(?:must|deal-?breaker|gate|eliminatory|compulsory|mandatory|essential|required),? but|should have|preference|is important|would like"
    )),
)  # fmt: skip
_IS_ANSWERED: Final = re.compile(r"^(?P<label>[^:|]{2,60}?)\s*[:|]\s*(?P<value>[^|]{0,60})", _I)
_NEGATIVE_VALUE: Final = re.compile(
    r"^(?:no\b(?!\s+(?:later|more|less))|none|n/?a\b|not (?:needed|required|applicable|relevant|in scope|wanted|part|foreseen|planned|included|used)|nil|out of scope|excluded|-+$|—$|without)",
    _I,
)
_WISHED_VALUE: Final = re.compile(
    r"^(?:prefer\w*|nice[- ]to[- ]have|desirable|optional|a plus|would be|if possible|wanted|ideally)", _I
)
_OTHERS_VALUE: Final = re.compile(
    r"^(?:(?:by |done by |from |provided by |supplied by |sponsor|own |our )(?:us\b|sponsor|own|the sponsor|client|our)|existing|in[- ]house|elsewhere|sponsor|available)",
    _I,
)
_CONCESSION: Final = re.compile(
    r"\b(?:but|though|although|however|yet)\b[^.;]{0,50}\b(?:welcome|appreciated|nice|plus|advantage|bonus|preferred|desirable|like(?: it)?|good|help\w*)\b",
    _I,
)
_SHORT_WORDS: Final = 5


def scopes_of(sentence: Sentence, inherited: Stance | None = None) -> list[Scope]:
    """Stretches of the sentence with their stance; offsets count from the start of the text."""
    text = sentence.text
    found = [Scope(0, len(text), inherited)] if inherited else []
    if sentence.is_question:
        found.append(Scope(_question_start(text), len(text), Stance.ASKED))
    found += _label_scopes(text)
    for stance, reach, pattern in _CUES:
        for match in pattern.finditer(text):
            found += _reached(text, match, stance, reach)
    return [Scope(each.start + sentence.start, each.end + sentence.start, each.stance) for each in found]


def stance_at(scopes: Iterable[Scope], start: int, end: int) -> Stance:
    """Of the words between two places: the strongest scope that covers their beginning."""
    middle = (start + end) // 2
    return max((each.stance for each in scopes if each.start <= middle < each.end), default=Stance.NEEDED)


def _question_start(text: str) -> int:
    """A question begins after the last break: "Cycle is six weeks; is development included?" asks the end only."""
    breaks = [match.end() for match in re.finditer(r";\s|\s[–—-]\s|:\s", text)]
    return breaks[-1] if breaks else 0


def _label_scopes(text: str) -> Iterator[Scope]:
    """ "Serialisation: n/a" says it of the label, and so does a row of a table."""
    match = _IS_ANSWERED.match(text.lstrip("|-*• "))
    if not match:
        return
    offset = len(text) - len(text.lstrip("|-*• "))
    value = match["value"].strip()
    for pattern, stance in (
        (_NEGATIVE_VALUE, Stance.NOT_NEEDED), (_WISHED_VALUE, Stance.WISHED), (_OTHERS_VALUE, Stance.OTHERS)
    ):  # fmt: skip
        if pattern.match(value):
            end = match.end() if stance is Stance.NOT_NEEDED else match.end("label")
            yield Scope(0, offset + end, stance)
            return


def _reached(text: str, match: re.Match[str], stance: Stance, reach: Reach) -> Iterator[Scope]:
    if "|" in text:
        yield from _in_row(text, match, stance, reach)
    if reach is Reach.BACKWARD:
        if stance is Stance.NOT_NEEDED and _CONCESSION.match(text[match.end() :].lstrip(" ,;")):
            stance = Stance.WISHED
        yield Scope(_back(text, match.start(), stance), match.end(), stance)
    elif reach is Reach.SHORT:
        yield Scope(match.end(), _few_words(text, match.end()), stance)
    else:
        yield Scope(match.end(), _onwards(text, match.end(), stance), stance)


def _in_row(text: str, match: re.Match[str], stance: Stance, reach: Reach) -> Iterator[Scope]:
    """A cell that is nothing but a cue speaks of its whole row."""
    start, end = text.rfind("|", 0, match.start()) + 1, text.find("|", match.end())
    cell = text[start : end if end >= 0 else len(text)].strip()
    if len(cell) - len(match.group()) <= 14:
        yield Scope(0, len(text), stance)


def _onwards(text: str, place: int, stance: Stance) -> int:
    stop = _BREAK.search(text, place)
    end = stop.start() if stop else len(text)
    if stance in {Stance.NOT_NEEDED, Stance.OTHERS}:
        verb = _FINITE.search(text, place + 1, end)
        if verb:
            return verb.start()
    return end


def _few_words(text: str, place: int) -> int:
    end = _onwards(text, place, Stance.NOT_NEEDED)
    comma = text.find(",", place, end)
    end = comma if comma >= 0 else end
    words = list(re.finditer(r"\S+", text[place:end]))[:_SHORT_WORDS]
    return place + words[-1].end() if words else place


def _back(text: str, place: int, stance: Stance) -> int:
    """Back over the list before the cue, to the last break or finite verb."""
    start = 0
    for match in _BREAK_BACK.finditer(text, 0, place):
        start = match.end()
    for verb in _FINITE.finditer(text, start, place):
        if verb.end() < place - 1 and not re.fullmatch(r"\s*(?:\w+\s)?", text[verb.end() : place]):
            start = verb.end()
    return start
