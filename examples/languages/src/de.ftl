# A message is named after its code, a violation with `violation-` in front. The value of a problem
# is its title; its details are attributes: `detail`, or the name of the form.

## Of this service

ticket_sold_out = Ausverkauft
    .detail = { $tickets_left ->
        [0] Für diese Vorstellung gibt es keine Karten mehr.
        [one] Für diese Vorstellung gibt es nur noch eine Karte.
       *[other] Für diese Vorstellung gibt es nur noch { $tickets_left } Karten.
    }

violation-weekday = { $day ->
        [monday] montags ist geschlossen
       *[other] an diesem Tag ist geschlossen
    }

## Of the library

bad_request = Ungültige Anfrage
    .path_encoding = Der Pfad ist kein UTF-8.
    .query_encoding = Die Parameter der Adresse sind kein UTF-8.
    .socket_frames = Die Nachrichten des WebSockets sind fehlerhaft.
internal_error = Interner Fehler
malformed_body = Inhalt nicht lesbar
    .detail = Der Inhalt der Anfrage ist nicht lesbar.
    .cut_off = Der Inhalt endet, bevor er vollständig ist.
    .empty = Die Anfrage hat keinen Inhalt.
    .form_encoding = Das Formular ist kein UTF-8.
    .framing = Die Übertragung des Inhalts ist fehlerhaft.
    .json = Das JSON ist in Zeile { $line }, Spalte { $column } fehlerhaft.
    .multipart = Die Teile des Inhalts sind nicht lesbar.
    .pairs = Es sind mehr als { $pairs } Paare aus Name und Wert.
    .truncated = Der kodierte Inhalt endet, bevor er vollständig ist.
    .undecodable = Der Inhalt lässt sich nicht dekodieren.
    .unreadable = Der Inhalt lässt sich nicht bis zum Ende lesen.
method_not_allowed = Methode nicht erlaubt
payload_too_large = Inhalt zu groß
    .limit = Der Inhalt ist größer als { $limit } Bytes.
    .part = Ein Teil des Inhalts ist größer als { $limit } Bytes.
request_timeout = Zeit überschritten
    .body = Der Inhalt kam nicht rechtzeitig an.
route_not_found = Adresse unbekannt
    .detail = Diese Adresse gibt es nicht.
unsupported_media_type = Format nicht unterstützt
    .coding = Unterstützt wird nur unkomprimierter Inhalt.
    .supported = Unterstützt wird { $supported }.
validation_failed = Eingabe ungültig
    .detail = Die Anfrage ist ungültig.
    .fields = { $count ->
        [one] Ein Feld ist ungültig.
       *[other] { $count } Felder sind ungültig.
    }
    .fields_at_least = { $count ->
        [one] Mindestens ein Feld ist ungültig.
       *[other] Mindestens { $count } Felder sind ungültig.
    }

violation-duplicate = darf nur einmal vorkommen
    .unique = muss eindeutig sein
violation-email = muss eine E-Mail-Adresse sein
violation-invalid = ist ungültig
    .encoding = muss UTF-8 sein
violation-length = hat die falsche Länge
    .at_least = muss mindestens { $min } lang sein
    .at_most = darf höchstens { $max } lang sein
    .between = muss { $min } bis { $max } lang sein
    .exactly = muss genau { $exact } lang sein
    .characters_at_least = muss mindestens { $min } Zeichen lang sein
    .characters_at_most = darf höchstens { $max } Zeichen lang sein
    .characters_between = muss { $min } bis { $max } Zeichen lang sein
    .characters_exactly = muss genau { $exact } Zeichen lang sein
    .items_at_least = muss mindestens { $min } Einträge haben
    .items_at_most = darf höchstens { $max } Einträge haben
    .items_between = muss { $min } bis { $max } Einträge haben
    .items_exactly = muss genau { $exact } Einträge haben
    .parts_at_most = darf höchstens { $max } Teile haben
violation-one_of = muss einer der erlaubten Werte sein: { $expected }
violation-pattern = hat die falsche Form
violation-range = liegt außerhalb des erlaubten Bereichs
    .at_least = muss mindestens { $min } sein
    .at_most = darf höchstens { $max } sein
    .between = muss zwischen { $min } und { $max } liegen
    .greater_than = muss größer als { $exclusive_min } sein
    .less_than = muss kleiner als { $exclusive_max } sein
    .at_least_and_less_than = muss mindestens { $min } und kleiner als { $exclusive_max } sein
    .greater_than_and_at_most = muss größer als { $exclusive_min } und höchstens { $max } sein
    .greater_than_and_less_than = muss größer als { $exclusive_min } und kleiner als { $exclusive_max } sein
violation-required = fehlt
violation-type = { $expected ->
        [array] muss eine Liste sein
        [boolean] muss wahr oder falsch sein
        [character] muss ein einzelnes Zeichen sein
        [integer] muss eine ganze Zahl sein
        [null] muss leer sein
        [number] muss eine Zahl sein
        [object] muss ein Objekt sein
        [string] muss ein Text sein
       *[other] hat den falschen Typ
    }
violation-unknown_field = ist unbekannt
    .suggestion = ist unbekannt; gemeint ist vielleicht „{ $suggestion }“
violation-url = muss eine URL sein
