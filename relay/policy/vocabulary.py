"""Words around a number that tell what it is, in the languages people write to each other."""

from __future__ import annotations

from typing import Final

from relay.policy.characters import fold


def word_set(text: str) -> frozenset[str]:
    """The words of a text, folded as messages are."""
    return frozenset(fold(text).split())


#: A number of a phone, or a wish to be called.
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
    ارقام اتصل واتساب هاتف جوال موبايل फोन कॉल मोबाइल व्हाट्सएप
    """
)
PHONE_STEMS: Final = ("whatsap", "telefonn", "handynumm", "mobilnumm", "rufnumm", "telefoni", "telephon")
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
        "拨打",
    )
)
EMOJI: Final = frozenset("☎📞📱📲🤙✆☏℡")

#: Something that has a number of its own.
THING: Final = word_set(
    """
    order orders ordered ordernumber orderid po invoice invoices inv tracking track tracked trackingnumber
    parcel package shipment shipping waybill awb consignment ups fedex usps dhl hermes dpd ref refs reference
    references referenceno booking bookings reservation pnr confirmation confirmed confirm ticket tickets case
    claim claims policy contract serial sn s/n sku item items asin model part batch lot product products article
    isbn issn ean upc gtin barcode imei imsi iccid vin iban bic swift account acct accounts bank routing sort
    ssn tax vat ein tin nif nie dni cpf cnpj siret siren passport licence license id ids uid uuid pin pins code
    codes otp password passcode passwort flight gate gates door room table seat zip zipcode postcode postal
    coordinates lat latitude lng long longitude version build port ip mac score scores page pages chapter isrc
    doi transaction txn trx receipt fiscal quote registration plate lottery lotto jackpot combination combo
    padlock lockbox keypad locker alarm wifi ssid meter reading mileage odometer population total totals sum
    counted counter count count: balance views followers subscribers budget revenue profit turnover salary price
    prices cost costs worth timestamp epoch unix hash checksum commit revision patent docket section paragraph
    verse measurements dimensions size sizes years scored result results answer equals pi decimal seed random
    entry entries bib scanned poll votes odds bet member-id membership loyalty sequence nummern digits-of
    distance weight serials reservations delivery# permit crossword puzzle sudoku bingo raffle winning dose
    lines slots lap laps heart blood pressure temperatures grades grade marks pedigree microchip chip tattoo
    firmware error errors bug issue pr ticket# asset inventory warehouse bin shelf rack pallet container
    statement cheque check# payment deposit transfer txid wallet pedido pedidos orden encargo factura facturas
    seguimiento rastreo envio guia paquete referencia ref. reserva reservas localizador expediente contrato
    articulo producto modelo cuenta cuentas codigo codigos clave contrasena vuelo puerta habitacion mesa asiento
    cp matricula coordenadas pagina puntuacion recibo cupon billete boleto saldo poblacion habitantes tallas
    ticket commande commandes facture factures suivi colis livraison reference reservation dossier contrat
    article produit modele compte codes vol porte chambre siege immatriculation plaque coordonnees recu billet
    solde mot siret numeros-de-serie cle digicode interphone bestellung bestellungen bestellt auftrag rechnung
    rechnungen sendung sendungsnummer paket paketnummer aktenzeichen buchung buchungen vorgang vertrag artikel
    seriennummer konto kontonummer blz plz postleitzahl zimmer tisch sitz flug tor kennzeichen seite quittung
    kennwort geheimzahl zahlerstand kunden kundennr encomenda encomendas nota fatura faturas rastreamento
    rastreio pacote protocolo contrato conta senha voo portao quarto placa cep comprovante boleto
    chave-de-acesso processo inscricao apartamento saldo populacao medidor ordine ordini fattura spedizione
    pacco prenotazione codice conto volo camera tavolo targa pratica заказ заказа счет трек код посылка бронь
    طلب الطلب فاتورة رمز
    """
)
THING_STEMS: Final = (
    "bestell",
    "rechnungs",
    "auftrags",
    "sendungs",
    "kundenn",
    "vertrags",
    "serienn",
    "buchungs",
    "konton",
    "artikeln",
    "trackingn",
    "vorgangs",
    "zimmern",
    "steuern",
)
THING_MARKS: Final = tuple(
    fold(word)
    for word in (
        "订单",
        "訂單",
        "单号",
        "單號",
        "快递",
        "快遞",
        "运单",
        "物流",
        "发票",
        "發票",
        "编号",
        "編號",
        "验证码",
        "驗證碼",
        "密码",
        "密碼",
        "航班",
        "房间",
        "邮编",
        "账号",
        "帳號",
        "卡号后",
        "注文",
        "追跡",
        "伝票",
        "請求",
        "予約",
        "暗証",
        "便名",
        "郵便",
        "口座",
        "型番",
        "確認",
        "会員",
        "受付",
        "問い合わせ",
        "주문",
        "송장",
        "예약",
        "인증",
        "取件",
        "提货",
        "流水",
        "送り状",
        "学号",
        "工号",
        "车牌",
        "身份证",
        "合同",
        "票号",
        "認証",
        "整理",
    )
)

CARD: Final = word_set(
    """
    card cards visa mastercard amex american maestro discover diners jcb unionpay cc ccn credit debit debito
    credito tarjeta tarjetas carte cartes cb bancaire karte kreditkarte kartennummer kartennr cartao cartoes
    carta karten prepaid cvv cvc cvv2 exp expiry expires expiration charge pan plastic карта карты بطاقة
    """
)
CARD_MARKS: Final = tuple(
    fold(word) for word in ("卡号", "卡號", "信用卡", "银行卡", "銀行卡", "カード", "카드", "刷卡", "💳")
)

#: Things people talk of without their number: they tell only right before one.
SOFT: Final = word_set(
    """
    case lot part page pages score scores total totals bill check bank room table gate gates item items package
    packages parcel product price prices cost costs salary payment payments bin box shelf ticket tickets seat
    flight code codes pin order orders ordered policy port id account meter lines years weight size sizes grade
    balance bug issue statement deposit transfer wallet license licence passport shipping shipment delivery
    booking bookings reservation reservations confirm confirmed worth alarm model container bus train answer
    result results plate claim statement revenue profit document count sum wifi ups fedex dhl poll vote tax
    batch section pedido pedidos cuenta codigo vuelo habitacion mesa paquete reserva producto articulo clave
    puerta envio guia factura recibo precio commande colis code compte porte chambre vol billet mot livraison
    reservation article produit facture recu dossier bestellung paket konto zimmer tisch flug tor sendung
    rechnung buchung auftrag vertrag artikel seite encomenda pacote conta quarto porta voo codigo nota senha
    reserva produto apartamento placa
    """
)
#: Their numbers have a few digits, so that a long one is not theirs.
SHORT: Final = word_set(
    """
    room table door gate gates seat page pages chapter bus train platform score scores size sizes year years
    port version flat apartment floor lane mesa puerta habitacion asiento pagina porte chambre siege zimmer
    tisch sitz seite tor quarto porta sala apartamento pagina camera tavolo
    """
)
IDIOMS: Final = frozenset(
    {
        ("in", "case"),
        ("a", "lot"),
        ("i", "am"),
        ("en", "cas"),
        ("double", "check"),
        ("area", "code"),
        ("country", "code"),
    }
)
#: What a full stop after it does not end.
SHORTENED: Final = word_set("no nr num tel ref inv ph mob acct st art nums cel tlf rech bestell auftr n nbr rif tfno")
#: Between a thing and its own number.
LINKS: Final = word_set(
    """
    is was are es est ist e the s it its a e und y et and or o ou oder und su le el la o die der das lautet vaut
    called this
    """
)

#: A number, of whatever.
NUMBER: Final = word_set("number numbers num no nr nummer numero numeros nbr n° nº # numer nos номер telefonnr")
NUMBER_MARKS: Final = tuple(fold(word) for word in ("番号", "号", "번호", "號"))
#: With "number" after them they own something other than a phone.
OWNER: Final = word_set(
    """
    customer client member membership patient student employee user bill cliente clientes socio kunde kunden
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
    both two : also back now then so too hey hi hello ok okay hola bonjour hallo ola ciao yes
    """
)
JOINS: Final = word_set("and or but y e o et ou und oder aber mais pero")
#: May stand between the pieces of one number.
FILLERS: Final = word_set(
    """
    and then dash hyphen minus space dot point period stop slash bar underscore comma y luego despues guion
    guiones punto espacio e traco hifen ponto depois et puis tiret und dann strich bindestrich minuszeichen
    punkt leerzeichen spazio trattino next followed by again star
    """
)
PLUS: Final = word_set("plus mas mais piu +")
#: After a number they make an amount of it.
AMOUNT: Final = word_set(
    """
    people persons users views followers subscribers points residents inhabitants votes steps words pixels bytes
    euros dollars items units copies downloads likes miles km records rows personas habitantes vues einwohner
    pessoas habitants votos puntos times grains atoms stars cells transactions reads kilometers kilometres
    meters metres
    """
)
