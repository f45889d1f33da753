"""Registers, carriers and documents that have numbers of their own, by country; and amounts."""

from __future__ import annotations

from typing import Final

from policy.content.characters import fold
from policy.content.vocabulary import word_set

#: Numbers of people, companies and taxes.
_PEOPLE: Final = """
    abn acn tfn bsb nino nhs bsn kvk cif cuit cuil rut rfc curp nss imss clabe cbu cvu rg pasep cnh ctps
    rnc cedula dpi pesel regon krs oib jmbg cnp egn inn snils ogrn tckn vkn afm amka hetu personnummer cpr cvr
    fodselsnummer orgnr avs ahv svn svnr uid steuerid steuernummer ustid siren siret insee rcs cnrn niss tva aadhaar
    aadhar gstin uan epf esic ifsc micr utr nric uen mykad cnic ntn strn bvn tpin iqama hkid eori vatin lei duns naics
    ird nhi gst ppsn itin cin ramq nuit nipc edrpou
    """
_PAPERS: Final = """
    personalausweis ausweis ausweisnummer reisepass fuhrerschein sozialversicherungsnummer versichertennummer
    krankenkasse krankenversicherung cni passeport permis vitale allocataire passaporte pasaporte carteira identidade
    identidad cadastro titulo eleitor licencia carnet cedulas documento documentos document documents
    dokument akte aktenz steuer taxpayer insured medicare medicaid mrn prontuario dossiers
    matricule matricola matrikelnummer enrolment enrollment enrolment rollno candidate applicant application applicants
    """
#: Numbers of banks and payments.
_BANKS: Final = """
    acc accnt branch filiale sucursal
    gtb rib sepa mandat mandate paybill bpay biller crn spei cheques virement virements ueberweisung
    uberweisung transferencia transferencias verwendungszweck referenznummer referenz bankverbindung sortcode
    agencia banque bancario beneficiary beneficiario comprobante justificante operacion autorizacion autenticacion
    remittance payee iban. kontostand buchungs depot depotnummer wechselgeld boletos digitavel
    """
#: Numbers of carriers and journeys.
_CARRIERS: Final = """
    servientrega correos seur mrw nacex gls evri yodel parcelforce auspost aramex chronopost colissimo sedex correios
    jadlog andreani oca estafeta redpack coordinadora interrapidisimo bluedart dtdc ekart lieferschein lieferung
    sendungsverfolgung tracker bordereau retrait localizador locator boarding eticket fahrkarte fahrschein
    zugnummer carriage voucher retiro rastreador remessa romaneio albaran
    flightno abfertigung container bl manifest customs aduana douane
    """
#: Numbers of machines, houses and memberships.
_MACHINES: Final = """
    anydesk teamviewer zoom webinar passcodes router modem zahler zahlernummer stromzahler gaszahler compteur
    compteurs releve lectura meterreading meters pdl mprn mpan cups nmi eircode rego tacho
    fahrgestellnummer inventar inventarnummer artikelnummer modell modellnummer teilenummer ersatzteil pieza piezas
    peca pecas lote chargennummer barcode qr hw chipnummer payback clubcard nectar flybuys bonuskarte
    mitgliedsnummer mitgliedsnr adhesion abonnement abonne suscripcion assinatura patrimonio tombo serie seriales
    katalog catalogue catalog signatur ausgabe makani digipin uprn parzelle flurstuck khata khasra cadastre catastro
    catastral catasto padron rabies cert ced losnummer trxid txnid refid transactionid swisspass halbtax
    siparis contador luce gas certificate certificat certificado zertifikat contador contatore recarga tag
    matr wasseruhr gasuhr stromuhr wasserstand zahlerstand
    """
#: What is paid, weighed, drawn and counted.
_AMOUNTS: Final = """
    lotto loteria euromillions powerball megasena sena quina bonoloto primitiva melate baloto quiniela loto tirage
    ziehung sorteo sorteio tombola rifa lottozahlen gewinnzahlen kosten kostet costo costos cuesta coste coute couts
    prix preis preise preco precos precio precios importe monto montos betrag betrage montant summe suma
    anzahlung kaution caution acompte deposito caucao renta alquileres hipoteca sueldo gehalt salaire salario lohn
    devis presupuesto orcamento estimate estimates quoted angebot cotizacion cotacao mortgage wage wages fee fees
       tuition installment anticipo adelanto cuota cuotas parcela parcelas
     umsatz einwohnerzahl kilometerstand laufleistung quilometragem pulgadas
    """
#: Words that people also use without a number.
SPOKEN_OF: Final = word_set(" ".join((_PAPERS, _BANKS, _CARRIERS, _MACHINES, _AMOUNTS)))
REGISTERED: Final = word_set(_PEOPLE) | SPOKEN_OF
#: The same in scripts without spaces.
REGISTERED_MARKS: Final = tuple(
    fold(
        """
        年金 手帳 マイナンバー 法人番号 基礎年金 保険証 免許証 登録番号 管理番号 診察券 患者番号 学籍 社員番号
        受験番号 お客様番号 顧客番号 契約番号 ポイントカード ヤマト 佐川 ゆうパック 座席 家賃 値段
        価格 料金 合計 残高 当選 抽選 宝くじ ロト ミーティング 会議id 問合せ番号 荷物 車検 型式
        製番 部屋番号 パスワード 図書 定期券 切符 商品番号 見積 口座番号 支店 引換 整理券 身份证
        身分證 统一社会信用 统一编号 統編 统编 社保 医保 護照 护照 驾照 驾驶证 駕照 健保 车架
        发动机 快件 顺丰 圆通 中通 韵达 申通 彩票 双色球 大乐透 六合彩 中奖 会议号 会议id 房号
        楼号 门牌 座位 车次 准考证 病历 就诊 挂号 账户 帳戶 金额 价格 房租 订金 押金 编码 编號
        取货 寄件 车票 单据 收据 銀行 银行 转账 轉帳 汇款 支付宝 余额 总价 首付 报价 尾款 尺寸
        货到 条码 会员号 會員 邮政 郵政 門票 门票 学生证 工资 薪水
        """
    ).split()
)
