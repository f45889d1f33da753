"""Words around a number that say what it is, in the languages that people text in."""

from __future__ import annotations

from typing import Final

from policy.content.characters import fold


def word_set(text: str) -> frozenset[str]:
    """The words of a text, folded as messages are."""
    return frozenset(fold(text).split())


#: Words for a phone number, or for a wish to be called.
PHONE: Final = word_set(
    """
    call calls called calling callme phone phones telephone tel tele mobile mob cell cellphone cel ph fone text
    txt texts texting txtme textme whatsapp whatsap whats wa wap wapp wsp wpp wassap watsapp zap zapzap sms ring
    dial reach contact landline fax hotline helpline viber telegram signal imessage facetime wechat weixin
    digits hmu buzz voicemail callback burner handset ping llama llamar llamame llamame! llame llamenme llameme
    llamanos llamada llamadas telefono telefonos tfno tlf tlfno fono movil moviles celular cel marca marcar
    marcame escribeme escribe escribame wasap wasapeame guasap contacto contactame contactar localizame fijo
    appelle appelles appelez appeler rappelle rappelez rappeler appel telephone tel. portable fixe joindre
    joignable contacter contactez contacte texto textote sonner ruf rufe rufen ruft anrufen anruf anrufe anrufst
    ruckruf handy telefon telefonisch telefoniere mobil festnetz erreichbar erreichst erreichen erreicht schreib
    schreibe simse durchwahl fon kontakt kontaktiere klingel whatsappen whatsappe liga ligar ligue ligame ligou
    ligacao telefone telefones telemovel telemoveis celular contato contacto chama chame chamar fala zape recado
    chiama chiamami chiamare telefona cellulare recapito numeri звони позвони телефон тел мобильный номер ватсап
    msg msgs message messages dm pm fono reached reaching reachable whatsapps smsme mensaje mensajes mensajito msj
    mandame enviame speak talk phoned phoning dialing dialling dialed ringing texted whatsapped switchboard fijo fija
    toque mensajea localizar timbra repica fil parler parlez sonne sonnez bigophone joindre gsm bimmel anklingeln fixo
    fixa falar fale torpedo discar disque fisso squilli rintraccia recapiti cellulari anrufbeantworter diensthandy
    escribir escribirme escribenos escribeme llamar llamarme llamarnos llamadme llameme hablame hablar comunicate
    comunicarse timbrame telefonico telefoneame ecris ecrivez ecrire sms textez contactons joins joignez telephonez
    telephoner telephonez-moi numero-de-tel mob. gsm natel melde meldet melden meldest nachricht nachrichten sms
    anzurufen durchrufen durchklingeln simsen telefonieren telefonieren erreichen mobilnummer handynr
    mensagem mensagens mandar escreve escreva telefona telefonar ligacoes ligando contate contacte
    scrivi scrivimi scrivermi scrivetemi messaggio messaggi messaggino chiamarmi chiamarci chiamate chiama chiami
    telefono telefonami telefonare cell. squillo contattami contattare contattatemi contatto sms
    bell shout anlauten lauten durchwahl vorwahl prefix bigo tocar atiende atienden answer answers answering picks
    anrufbeantworter switchboard extension interno ramal fijos inbox ring rings rang
    compose composes composer composez disca marque marquez hp durchlauten celu celus joint linea ligne linha punch
    retorna retorne retornar telefonazo fonazo llamado llamadita bigophonez bipe bipez bipper rappelles telefoniert
    zuruckrufen klingeln klingelt durchrufst liguem ligamos ligo ligas ligava liguei chamem bipa alo discando telefonem
    signale signales signaler aalute aalutte lute sentire disk
    phones caller callers telephones telephoning dials
    sac assistance hotlines helpdesk wahlen wahle wahlst gewahlt rangeht rangehen drangeht rangehe ortsnetz dorf
    ارقام اتصل واتساب هاتف جوال موبايل फोन कॉल मोबाइल व्हाट्सएप
    """
)
PHONE_STEMS: Final = tuple(
    fold(
        """
        whatsap telefon telephon handynumm mobilnumm rufnumm festnetz privatnumm geschaftsnumm notruf mobilfunk funknumm
        servicenumm buronumm dienstnumm llam contact kontakt contat mensaj messagg mensag chiama anruf anzuruf erreich
        joign appell rappel escrib escrev scriv wasap guasap comunic habl cellul
        """
    ).split()
)
PHONE_MARKS: Final = tuple(
    fold(word)
    for word in (
        "电话",
        "電話",
        "手机",
        "手機",
        "打给",
        "打給",
        "致电",
        "微信",
        "联系",
        "聯繫",
        "短信",
        "号码",
        "號碼",
        "携帯",
        "でんわ",
        "テル",
        "ライン",
        "連絡",
        "番号は",
        "전화",
        "연락",
        "폰",
        "☎",
        "📞",
        "📱",
        "加我",
        "打我",
        "找我",
        "热线",
        "熱線",
        "来电",
        "固话",
        "お電話",
        "ご連絡",
        "座机",
        "联络",
        "聯絡",
        "呼我",
        "请打",
        "电联",
        "致電",
        "ケータイ",
        "スマホ",
        "ショートメール",
        "メッセージ",
        "かけて",
        "내 번호",
        "拨打",
        "合わせは",
        "合わせ先",
        "回电",
        "回電",
        "回拨",
        "回撥",
        "コール",
        "着信",
        "鳴らして",
        "通话",
        "通話",
        "直接拨",
        "つながる",
        "繋がる",
        "出ます",
        "かける",
        "かけたら",
        "市内なら",
        "市話",
        "市话",
        "回せば",
        "打俾",
        "打畀",
        "搵",
        "同号",
        "同號",
        "打过来",
        "打過來",
    )
)
EMOJI: Final = frozenset("☎📞📱📲🤙✆☏℡")

CARD: Final = word_set(
    """
    card cards visa mastercard amex american discover diners jcb unionpay cc ccn credit debit debito
    credito tarjeta tarjetas carte cartes cb bancaire karte kreditkarte kartennummer kartennr cartao cartoes
    carta karten prepaid cvv cvc cvv2 exp expiry expires expiration charge plastic карта карты بطاقة
    """
)
CARD_MARKS: Final = tuple(
    fold(word) for word in ("卡号", "卡號", "信用卡", "银行卡", "銀行卡", "カード", "카드", "刷卡", "💳")
)

#: Abbreviations: a full stop after one does not end a sentence.
SHORTENED: Final = word_set(
    "no nr num tel ref inv ph mob acct st art matr ced nums cel tlf rech bestell auftr n nbr rif tfno"
)
#: Words between a thing and its number.
LINKS: Final = word_set(
    """
    is was are es est ist e the s it its a e und y et and or o ou oder und su le el la o die der das lautet vaut
    called this
    """
)

#: Words for a number of any kind.
NUMBER: Final = word_set("number numbers num no nr nummer numero numeros nbr n° nº # numer nos номер telefonnr")
NUMBER_MARKS: Final = tuple(fold(word) for word in ("番号", "号", "번호", "號"))
#: With "number" after them they own something other than a phone.
OWNER: Final = word_set(
    """
    consumer subscriber borrower shareholder
    client clients abonne adherent adherente utente utenti miembro afiliado assinante associado customer member
    membership patient student employee user bill cliente clientes socio kunde kunden
    mitglied membre usuario funcionario staff guest
    """
)

NEUTRAL: Final = word_set(
    """
    is my me at on the a an this that it its it's here s to via by or our your yours his her their new and of
    for with please pls under direct directly just use try below es mi el la al tu su los del de en con un una
    este est mon ma au le les sur nous moi c'est ce votre ton ist meine mein meinen unter an auf die der das dem
    den mich mir hier bitte unsere ihre e o a os meu minha ao na no para por pelo pra seu sua aqui este esse me
    il mio la al lo sono qui are was be would will can you could u us i im i'm am 're one ones another other
    nuevo nueva nouveau nouvelle neu neue neuer novo nova nuovo nuova actual personal privado privada directo
    direct zu ich bin soy estoy sono je suis
    estou eu io yo c da
    plz mim ti mir dir uns wir nos nous noi lui geht auch auf quand cuando both two : also back now then so too hey
    hi hello ok okay hola bonjour hallo ola ciao yes
    czech polish german french italian spanish british american canadian us uk irish swiss austrian dutch belgian
    swedish norwegian danish mexican indian chinese japanese local
    son sa ses leur leurs sus loro dele dela ihr sein seine
    """
)
#: "Call me when …": what follows is not the number to call.
WHEN: Final = word_set("when once as soon if wenn sobald falls quand lorsque cuando quando")
JOINS: Final = word_set("and or but y e o et ou und oder aber mais pero")
#: Who does something in a clause of its own.
SUBJECTS: Final = word_set("i we you he she they i'll we'll i'm yo te le nos je tu on nous ich wir du eu io noi")
#: Words of small talk, and words that ask to note something.
CHAT: Final = word_set(
    """
    lol haha thx thanks btw pls plz rs kkk jaja jeje mdr ptdr gracias merci danke obrigado obrigada anota anote
    anotar apunta apunte notez note bien guarda guarde salva salve grava merk speicher notier save write jot add try
    use usa usar prends nimm probier tenta cosa coisa fragen sicherheit besser mejor melhor mieux better case cas caso
    falls bei
    """
)
#: People and places that are called.
CALLED: Final = word_set(
    """
    office reception desk home house work shop store clinic hotel restaurant pharmacy school garage salon taxi mum mom
    dad wife husband brother sister boss driver plumber electrician nurse doctor dentist neighbour neighbor landlord
    oficina recepcion casa trabajo tienda clinica farmacia escuela taller conductor chofer mama papa esposa marido
    hermano hermana jefe fontanero electricista doctora vecina vecino portero porteria conserje taquilla
    bureau accueil maison travail magasin clinique pharmacie ecole chauffeur maman femme mari frere soeur patron
    plombier electricien docteur voisin voisine gardien gardienne concierge
    buro empfang hause arbeit laden praxis apotheke schule werkstatt fahrer mama mutter vater frau mann bruder
    schwester chef klempner elektriker arzt nachbar nachbarin hausmeister
    escritorio recepcao trabalho loja clinica farmacia escola oficina motorista mae pai esposa irmao irma chefe
    don dona sr sra mr mrs ms dr tio tia primo prima maestro mecano mecanico mecanicien vieux tonton tantie abuelo
    macon peintre couturiere coiffeuse coiffeur menuisier carreleur jardinier nounou livreur vendeur vendeuse
    albanil pintor carpintero jardinero cerrajero mecanica profesora profesor enfermera repartidor costurera
    pedreiro marceneiro costureira entregador professora pintora maler tischler gartner schreiner friseurin lehrerin
    idraulico muratore falegname imbianchino meccanico giardiniere badante maestra
    builder painter cleaner nanny gardener mechanic handyman roofer tutor sitter groomer vet locksmith miss
    oncle tante onkel cousin cousine owner dueno duena
    encanador eletricista medico vizinho vizinha porteiro portaria zelador central
    """
)
#: Ends of words for people, where words are not kept apart.
FOR_PEOPLE: Final = tuple(map(fold, ("哥", "姐", "师傅", "師傅", "老师", "老師", "阿姨", "さん", "先生")))
#: Those who are called about a thing: "warranty people", "el chico del pedido".
PEOPLE: Final = word_set(
    """
    people guy guys lady man woman team desk department dept folks crew office chico chica senor senora gente tipo tizio
    tizia signora signore ragazzo ragazza gens monsieur dame gars mec equipe pessoal rapaz moco moca leute herr
    service servizio servicio servico ufficio technicien tecnico
    """
)
SERVICES: Final = word_set("service servizio servicio servico ufficio reparto departement departamento abteilung")
#: Verbs after which fewer digits are enough: "here 64120 will do".
ENOUGH: Final = word_set("langt reicht genugt basta bastano suffit enough")
#: Words that stand for a thing named before: "the code …, mine was".
INSTEAD: Final = word_set(
    "mine yours hers ours theirs mio suyo tuyo mia sien sienne mien mienne meiner meins meine deiner deins deine "
    "seiner unserer"
)
#: "Call it a …" gives a name to a thing.
NAMES: Final = word_set("call calls calling called")
NAMING: Final = frozenset((it, an) for it in ("it", "this", "that", "them") for an in ("a", "an", "the", "your", "my"))
#: What stands for a thing that was named, and the verb after it.
REFERRING: Final = INSTEAD | word_set("it its it's that c es lo ele ela esso er das ce sie")
IS: Final = word_set("is s it's its es ist est e was are lautet")
#: Words for sending a message.
SENT: Final = word_set("texted text sms msg message messaged mensaje nachricht message mensagem messaggio sent")
NOT: Final = word_set("no nao nicht pas not")
#: Words between the parts of a name.
PARTICLES: Final = word_set(
    "de du da do of des del of la el le the d l della dello delle dei degli von vom der los las les"
)
#: Words that begin another clause.
ANEW: Final = word_set(
    "so but because porque pero asi entonces mais donc car parce aber also denn weil deshalb mas entao"
)
#: Words that may be between the parts of one number.
FILLERS: Final = word_set(
    """
    and then dash hyphen minus space dot point period stop slash bar underscore comma y luego despues guion
    guiones punto espacio e traco hifen ponto depois et puis tiret und dann strich bindestrich minuszeichen
    punkt leerzeichen spazio trattino area next の 然后 然後 再 接着 それから 次 followed by again star
    """
)
PLUS: Final = word_set("plus mas mais piu +")
#: Words that make the number before them an amount.
AMOUNT: Final = word_set(
    """
    people persons users views followers subscribers points residents inhabitants votes steps words pixels bytes
    euros dollars items units copies downloads likes miles km records rows personas habitantes vues einwohner
    pessoas habitants votos puntos times grains atoms stars cells transactions reads kilometers kilometres
    meters metres
    """
)
#: Ends of what leads to a number, and beginnings of what follows one, where words are not kept apart.
LEADS: Final = tuple(map(fold, ("是", "给", "給", "到", "用", "跟", "的", "往", "を", "は", "の", "に", "で", "、")))
FOLLOWS: Final = tuple(map(fold, ("找", "聊", "说", "說", "联", "まで", "に", "へ", "です", "の方", "で")))
#: Before a number that is somebody's: "hers is", "ahora es el".
SOMEBODYS: Final = word_set(
    """
    mine yours hers ours theirs mio mia suyo suya tuyo el ahora sien sienne mien mienne maintenant meine deine ihre
    seine jetzt meu minha dele dela agora
    """
)
SOMEBODYS_ENDS: Final = tuple(
    map(fold, ("我的是", "她的是", "他的是", "现在是", "私のは", "彼女のは", "彼のは", "今は"))
)
