"""Words for things whose number is not dialled, in the languages that people text in."""

from __future__ import annotations

from typing import Final

from policy.content.characters import fold
from policy.content.registers import REGISTERED, REGISTERED_MARKS, SPOKEN_OF
from policy.content.vocabulary import word_set

#: Things that have a number of their own.
THING: Final = (
    word_set(
        """
    order ordered ordernumber orderid invoice invoices inv tracking track tracked trackingnumber
    parcel package shipment shipping waybill awb consignment ups fedex usps dhl hermes dpd ref refs reference
    references referenceno booking reservation pnr confirmation confirmed confirm ticket tickets case
    claim claims policy contract serial sn s/n sku item items asin model part batch lot product products article
    isbn issn ean upc gtin barcode imei imsi iccid vin iban bic swift account acct accounts bank routing
    ssn tax vat ein tin nif dni cpf cnpj siret siren passport licence license id ids uid uuid pin pins code
    codes otp password passcode passwort flight gate gates door room table seat zip zipcode postcode postal
    coordinates lat latitude lng longitude version build port ip mac score scores page pages chapter isrc
    doi transaction txn trx receipt fiscal quote registration plate lottery lotto jackpot combination combo
    padlock lockbox keypad locker alarm wifi ssid meter reading mileage odometer population total totals sum
    counted counter count count: balance views followers subscribers budget revenue profit turnover salary price
    prices cost costs worth timestamp epoch unix hash checksum commit revision patent docket section paragraph
    verse measurements dimensions size sizes years scored result results answer equals pi decimal seed random
    entry entries bib scanned poll votes odds bet member-id membership loyalty sequence nummern digits-of
    distance weight serials delivery# permit crossword puzzle sudoku bingo raffle winning dose
    lines slots lap laps heart blood pressure temperatures grades grade marks pedigree microchip tattoo
    firmware error errors bug issue pr ticket# asset inventory warehouse shelf rack pallet container
    statement cheque check# payment deposit transfer txid wallet pedido orden encargo factura facturas
    seguimiento rastreo envio guia paquete referencia ref. reserva localizador expediente contrato
    articulo producto modelo cuenta cuentas codigo codigos clave contrasena vuelo puerta habitacion mesa asiento
    cp matricula coordenadas pagina puntuacion recibo cupon billete boleto saldo poblacion habitantes tallas
    ticket commande facture factures suivi colis livraison reference reservation dossier contrat
    article produit modele compte codes vol porte chambre siege immatriculation plaque coordonnees recu billet
    solde mot siret numeros-de-serie cle digicode interphone bestellung bestellungen bestellt auftrag rechnung
    rechnungen sendung sendungsnummer paket paketnummer aktenzeichen buchung buchungen vorgang vertrag artikel
    seriennummer konto kontonummer blz postleitzahl zimmer tisch sitz flug tor kennzeichen seite quittung
    kennwort geheimzahl zahlerstand kunden kundennr encomenda nota fatura faturas rastreamento
    rastreio pacote protocolo contrato conta senha voo portao quarto placa cep comprovante boleto
    chave-de-acesso processo inscricao apartamento saldo populacao medidor ordine ordini fattura spedizione
    pacco prenotazione codice conto volo camera tavolo targa pratica заказ заказа счет трек код посылка бронь
    طلب الطلب فاتورة رمز
    serie series anuncio anuncios annonce annonces ad ads listing anzeige list sheet sold season scontrino voucher
    frame cadre bastidor chasis chassis chassi poliza apolice versicherung litige litiges incidencia incidencias
    reclamo reclamacion reclamation sinistre gutschein gutscheine cupon cupom coupon coupons chamado boletim
    sinistro renavam reservierung rahmennummer fahrgestell strichcode zugcode schadensfall schaden
    mahnung folio tramite quittance constat ticketnummer serialno warranty garantia garantie registro
    rent miete alquiler loyer aluguel calle rue rua street avenida avenue strasse road kilometraje
    """
    )
    | REGISTERED
)
THING_STEMS: Final = (
    "bestell",
    "gutschein",
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
THING_MARKS: Final = (
    tuple(
        fold(word)
        for word in (
            "〒",
            "预订",
            "預訂",
            "投诉",
            "投訴",
            "优惠券",
            "優惠券",
            "条形码",
            "条码",
            "條碼",
            "车架",
            "保单",
            "工单",
            "序列号",
            "型号",
            "款号",
            "货号",
            "批号",
            "行程",
            "账单",
            "案件",
            "号室",
            "キーボックス",
            "クーポン",
            "バーコード",
            "証券番号",
            "車台",
            "製造番号",
            "品番",
            "シリアル",
            "乗車",
            "走行",
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
            "受付番号",
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
    + REGISTERED_MARKS
)

#: Things that are often named without their number: they count only directly before a number.
SOFT: Final = (
    word_set(
        """
    case lot part page pages score scores total totals bill check bank room table gate gates item items package
    packages parcel product price prices cost costs salary payment payments box shelf ticket tickets seat
    flight code codes pin order ordered policy port id account meter lines years weight size sizes grade
    balance bug issue statement deposit transfer wallet license licence passport shipping shipment delivery
    booking reservation confirm confirmed worth alarm model container bus train answer
    result results plate claim statement revenue profit document count sum wifi ups fedex dhl poll vote tax
    batch section pedido cuenta codigo vuelo habitacion mesa paquete reserva producto articulo clave
    puerta envio guia factura recibo precio commande colis code compte porte chambre vol billet mot livraison
    reservation article produit facture recu dossier bestellung paket konto zimmer tisch flug tor sendung
    rechnung buchung auftrag vertrag artikel seite encomenda pacote conta quarto porta voo codigo nota senha
    reserva produto apartamento placa frame cadre list sheet street avenida avenue road
    """
    )
    | SPOKEN_OF
)
#: Things whose numbers have few digits, so a long number is not theirs.
SHORT: Final = word_set(
    """
    room table door gate gates seat page pages chapter bus train platform score scores size sizes year years
    port version flat apartment floor lane mesa puerta habitacion asiento pagina porte chambre siege zimmer
    tisch sitz seite tor quarto porta sala apartamento pagina camera tavolo
    """
)
IDIOMS: Final = frozenset(
    {
        ("no", "answer"),
        ("in", "case"),
        ("a", "lot"),
        ("i", "am"),
        ("en", "cas"),
        ("toma", "nota"),
        ("tome", "nota"),
        ("tomar", "nota"),
        ("double", "check"),
        ("area", "code"),
        ("country", "code"),
    }
)
#: After a number: verbs that fit things, not phones.
DONE: Final = word_set(
    """
    gewonnen gewinnt gano gana gagne ganhou won wins vince vinto salio saiu sorti
    paid ships shipped arrives arrived arrive pagado pagada llegue paye payee bezahlt pago paga chegar delivered
    vence vencimento vencimiento due fallig echeance expired caducado caducada expire abgelaufen vencido vencida
    """
)
#: What ends the name of a thing that has a number of its own.
THING_ENDS: Final = ("nummer", "nr", "konto", "versicherung", "zeichen", "ausweis", "schein", "preis", "betrag")
#: What arrives by message to sign in.
CODES: Final = word_set("code codes otp pin codigo kode codice tan passcode verification")
#: Right before an amount.
ABOUT: Final = word_set("over than about around almost nearly casi aproximadamente environ presque fast etwa circa ca")
#: After a Japanese post code.
PLACES: Final = tuple(map(fold, ("北海道", "東京", "大阪", "京都", "神奈川")))
#: Words for things that also have another meaning: they count only if no word says that it is a phone number.
FAINT: Final = word_set(
    """
    ride trip stamp motor engine fall police vale bon avoir viaje course fahrt corrida caja caixa incident
    dispute complaint historia seguridad securite seguranca social sociale sozial
    """
)
