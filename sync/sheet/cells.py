"""Texts of cells that nobody means as a value, in a workbook and in a CSV alike."""

import re
from collections.abc import Mapping, Sequence

from sync.model import Cell
from sync.text import normal

_HASHES = re.compile("#+")
_APOSTROPHE = re.compile(r"'[+-]?[0-9][0-9 .,/-]*")
_NOTHING: Mapping[int, Cell] = {}

# The words of Excel for its errors, in the languages that it speaks, in capitals. Languages that are missing here use
# the English words. A word too many does no harm: nobody writes a value like that.
_ENGLISH = """
    #N/A #REF! #VALUE! #NUM! #NAME? #DIV/0! #NULL! #SPILL! #CALC! #GETTING_DATA #FIELD! #BLOCKED! #CONNECT! #UNKNOWN!
    #BUSY! #EXTERNAL! #PYTHON! #TIMEOUT! #ERROR! #LOADING... #RECURSIVE!
"""
_OTHERS = """
    #NV #BEZUG! #WERT! #ZAHL! #ÜBERLAUF! #KALK! #DATEN_ABRUFEN #FELD! #BLOCKIERT! #VERBINDEN! #UNBEKANNT! #BESCHÄFTIGT!
    #VALEUR! #NOMBRE! #NOM? #NUL! #PROPAGATION! #EPARS! #ÉPARS! #CALCUL! #CHAMP! #BLOQUE! #BLOQUÉ! #CONNEXION! #INCONNU!
    #OBTENTION_DONNEES #OCCUPE! #OCCUPÉ!
    #¡REF! #¡VALOR! #¡NUM! #¿NOMBRE? #¡DIV/0! #¡NULO! #¡DESBORDAMIENTO! #DESBORDAMIENTO! #¡CALC! #¡CAMPO! #¡BLOQUEADO!
    #VALOR! #NOMBRE? #NULO! #OBTENIENDO_DATOS #¡CONECTAR! #¡DESCONOCIDO! #¡OCUPADO!
    #RIF! #VALORE! #NOME? #NULLO! #N/D #N/D! #ESPANSIONE! #CAMPO! #BLOCCATO! #SCONOSCIUTO!
    #CONNESSIONE! #ESTRAZIONE_DATI
    #NÚM! #NÚM? #DESPEJAR! #PROPAGAÇÃO! #EXCEDENTE! #BLOQUEADO! #DESCONHECIDO! #OBTENDO_DADOS #OCUPADO!
    #N/B #VERW! #WAARDE! #GETAL! #NAAM? #DEEL/0! #LEEG! #OVERLOOP! #BEREKEN! #VELD! #GEBLOKKEERD! #ONBEKEND!
    #GEGEVENS_OPHALEN
    #SAKNAS! #REFERENS! #VÄRDEFEL! #OGILTIGT! #NAMN? #DIVISION/0! #SKÄRNING! #BERÄKNA! #FÄLT!
    #REFERENCE! #VÆRDI! #NAVN? #DIVISION/0 #I/T #NUL #OVERLØB! #BEREGN! #FELT!
    #VERDI! #OVERFLYT! #OVERFLØD! #BEREGN #TALL!
    #PUUTTUU! #PUUTTUU #VIITTAUS! #ARVO! #LUKU! #NIMI? #JAKO/0! #TYHJÄ! #LASKE! #VUOTO! #KENTTÄ!
    #ADR! #ARG! #LICZBA! #NAZWA? #DZIEL/0! #ZERO! #N/D! #ROZLANIE! #ROZLEWANIE! #OBLICZ! #POLE! #ZABLOKOWANE! #NIEZNANY!
    #HODNOTA! #ODKAZ! #ČÍSLO! #NÁZEV? #DĚLENÍ_NULOU! #NENÍ_K_DISPOZICI #PŘESAH! #PRELIATIE! #VÝPOČET!
    #NEDOSTUPNÝ #CHYBA! #NÁZOV? #ČÍSLO #DELENIENULOU! #NEPLATNÝ!
    #HIÁNYZIK #HIV! #ÉRTÉK! #SZÁM! #NÉV? #ZÉRÓOSZTÓ! #NULLA! #KIBONTÁS! #SZÁMÍTÁS!
    #Н/Д #ССЫЛКА! #ЗНАЧ! #ЧИСЛО! #ИМЯ? #ДЕЛ/0! #ПУСТО! #ПЕРЕНОС! #ВЫЧИС! #ПОЛЕ! #ЗАБЛОКИРОВАНО!
    #ПОСИЛАННЯ! #ЗНАЧЕННЯ! #ІМ'Я? #ДІЛ/0!
    #YOK #BAŞV! #DEĞER! #SAYI! #AD? #SAYI/0! #BÖL/0! #BOŞ! #TAŞMA! #HESAPLAMA!
    #Δ/Υ #ΑΝΑΦ! #ΤΙΜΗ! #ΑΡΙΘ! #ΟΝΟΜΑ? #ΔΙΑΙΡ./0! #ΔΙΑΙΡ/0! #ΚΕΝΟ!
    #ND #SKLIC! #VREDN! #ŠTEV! #IME? #DEL/0! #NIČ!
    #VRIJ! #BROJ! #NAZIV? #DIJ/0! #VREDNOST! #VRIJEDNOST!
    #VIGA! #VIIDE! #VÄÄRTUS! #ARV!
    #VĒRTĪBA! #ATSAUCE! #REIKŠMĖ! #NUORODA!
    #VALOARE! #NUME?
    #GIATRỊ! #THAMCHIẾU!
"""
# What LibreOffice writes for an error of its own is a text such as Err:502.
_ERROR_WORDS = frozenset((_ENGLISH + _OTHERS).upper().split()) | {f"ERR:{number}" for number in range(501, 541)}


def doubtful_cells(cells: Sequence[str]) -> Mapping[int, Cell]:
    """By position: what is wrong with cells that hold an error's word, or an apostrophe before digits."""
    together = "".join(cells)  # so most rows are done with here
    if not _may_be_doubtful(together):
        return _NOTHING
    return {position: cell for position, text in enumerate(cells) if (cell := doubtful_cell(text))}


def doubtful_cell(text: str) -> Cell | None:
    """What is wrong with this text; None where it is text like any other."""
    if not _may_be_doubtful(text):
        return None
    shown = normal(text)
    if _HASHES.fullmatch(shown):
        return Cell(kind="hashes")
    if shown.upper() in _ERROR_WORDS:
        return Cell(kind="error_cell", detail=shown)
    return Cell(kind="apostrophe") if _APOSTROPHE.fullmatch(shown) else None


def _may_be_doubtful(text: str) -> bool:
    return "#" in text or "'" in text or "Err:" in text
