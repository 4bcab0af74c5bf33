"""Real towns for fictional sites: name, region, country, latitude, longitude and time zone."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Town:
    name: str
    region: str
    country: str
    latitude: float
    longitude: float
    time_zone: str


_ROWS = """
Nottingham|England|GB|52.95|-1.15|Europe/London
Loughborough|England|GB|52.77|-1.21|Europe/London
Leicester|England|GB|52.64|-1.13|Europe/London
Stevenage|England|GB|51.90|-0.20|Europe/London
Dundee|Scotland|GB|56.46|-2.97|Europe/London
Livingston|Scotland|GB|55.89|-3.52|Europe/London
Belfast|Northern Ireland|GB|54.60|-5.93|Europe/London
Swansea|Wales|GB|51.62|-3.94|Europe/London
Waterford|Munster|IE|52.26|-7.11|Europe/Dublin
Galway|Connacht|IE|53.27|-9.06|Europe/Dublin
Limerick|Munster|IE|52.66|-8.63|Europe/Dublin
Sligo|Connacht|IE|54.28|-8.48|Europe/Dublin
Zaragoza|Aragon|ES|41.65|-0.88|Europe/Madrid
Valladolid|Castile and León|ES|41.65|-4.72|Europe/Madrid
Tarragona|Catalonia|ES|41.12|1.25|Europe/Madrid
Bilbao|Basque Country|ES|43.26|-2.93|Europe/Madrid
Porto|Norte|PT|41.15|-8.61|Europe/Lisbon
Coimbra|Centro|PT|40.21|-8.43|Europe/Lisbon
Brno|South Moravia|CZ|49.20|16.61|Europe/Prague
Prague|Prague|CZ|50.08|14.44|Europe/Prague
Ljubljana|Central Slovenia|SI|46.05|14.51|Europe/Ljubljana
Maribor|Drava|SI|46.55|15.65|Europe/Ljubljana
Debrecen|Hajdú-Bihar|HU|47.53|21.63|Europe/Budapest
Szeged|Csongrád-Csanád|HU|46.25|20.15|Europe/Budapest
Bergamo|Lombardy|IT|45.70|9.67|Europe/Rome
Pavia|Lombardy|IT|45.19|9.16|Europe/Rome
Novara|Piedmont|IT|45.45|8.62|Europe/Rome
Parma|Emilia-Romagna|IT|44.80|10.33|Europe/Rome
Latina|Lazio|IT|41.47|12.90|Europe/Rome
Indore|Madhya Pradesh|IN|22.72|75.86|Asia/Kolkata
Ahmedabad|Gujarat|IN|23.03|72.58|Asia/Kolkata
Hyderabad|Telangana|IN|17.39|78.49|Asia/Kolkata
Goa|Goa|IN|15.30|74.12|Asia/Kolkata
Dhaka|Dhaka|BD|23.81|90.41|Asia/Dhaka
Amman|Amman|JO|31.95|35.93|Asia/Amman
Lancaster|Pennsylvania|US|40.04|-76.31|America/New_York
Greenville|North Carolina|US|35.61|-77.37|America/New_York
Ponce|Puerto Rico|PR|18.01|-66.61|America/Puerto_Rico
Gainesville|Florida|US|29.65|-82.32|America/New_York
Worcester|Massachusetts|US|42.26|-71.80|America/New_York
San Diego|California|US|32.72|-117.16|America/Los_Angeles
Madison|Wisconsin|US|43.07|-89.40|America/Chicago
Boulder|Colorado|US|40.01|-105.27|America/Denver
Trenton|New Jersey|US|40.22|-74.74|America/New_York
Dayton|Ohio|US|39.76|-84.19|America/New_York
Hamilton|Ontario|CA|43.26|-79.87|America/Toronto
Sherbrooke|Quebec|CA|45.40|-71.89|America/Toronto
Guadalajara|Jalisco|MX|20.66|-103.35|America/Mexico_City
Odense|Southern Denmark|DK|55.40|10.39|Europe/Copenhagen
Aarhus|Central Denmark|DK|56.16|10.20|Europe/Copenhagen
Ghent|Flanders|BE|51.05|3.72|Europe/Brussels
Namur|Wallonia|BE|50.47|4.87|Europe/Brussels
Graz|Styria|AT|47.07|15.44|Europe/Vienna
Linz|Upper Austria|AT|48.31|14.29|Europe/Vienna
Innsbruck|Tyrol|AT|47.27|11.39|Europe/Vienna
Krems|Lower Austria|AT|48.41|15.61|Europe/Vienna
Tampere|Pirkanmaa|FI|61.50|23.76|Europe/Helsinki
Turku|Southwest Finland|FI|60.45|22.27|Europe/Helsinki
Kuopio|North Savo|FI|62.89|27.68|Europe/Helsinki
Vilnius|Vilnius|LT|54.69|25.28|Europe/Vilnius
Tartu|Tartu|EE|58.38|26.72|Europe/Tallinn
Bordeaux|Nouvelle-Aquitaine|FR|44.84|-0.58|Europe/Paris
Lyon|Auvergne-Rhône-Alpes|FR|45.76|4.84|Europe/Paris
Grenoble|Auvergne-Rhône-Alpes|FR|45.19|5.72|Europe/Paris
Lund|Scania|SE|55.70|13.19|Europe/Stockholm
Uppsala|Uppland|SE|59.86|17.64|Europe/Stockholm
Bergen|Vestland|NO|60.39|5.32|Europe/Oslo
Leiden|South Holland|NL|52.16|4.49|Europe/Amsterdam
Utrecht|Utrecht|NL|52.09|5.12|Europe/Amsterdam
Frankfurt-Höchst|Hesse|DE|50.10|8.55|Europe/Berlin
Göttingen|Lower Saxony|DE|51.53|9.93|Europe/Berlin
Jena|Thuringia|DE|50.93|11.59|Europe/Berlin
Mainz|Rhineland-Palatinate|DE|50.00|8.27|Europe/Berlin
Visp|Valais|CH|46.29|7.88|Europe/Zurich
Liestal|Basel-Landschaft|CH|47.48|7.73|Europe/Zurich
Neuchâtel|Neuchâtel|CH|46.99|6.93|Europe/Zurich
Poznań|Greater Poland|PL|52.41|16.93|Europe/Warsaw
Otwock|Masovia|PL|52.11|21.26|Europe/Warsaw
Thessaloniki|Central Macedonia|GR|40.64|22.94|Europe/Athens
Incheon|Incheon|KR|37.46|126.71|Asia/Seoul
Daejeon|Daejeon|KR|36.35|127.38|Asia/Seoul
Toyama|Toyama|JP|36.70|137.21|Asia/Tokyo
Kyoto|Kyoto|JP|35.01|135.77|Asia/Tokyo
Hsinchu|Hsinchu|TW|24.81|120.97|Asia/Taipei
Suzhou|Jiangsu|CN|31.30|120.58|Asia/Shanghai
Singapore|Singapore|SG|1.35|103.82|Asia/Singapore
Chiang Mai|Chiang Mai|TH|18.79|98.99|Asia/Bangkok
Melbourne|Victoria|AU|-37.81|144.96|Australia/Melbourne
Dunedin|Otago|NZ|-45.87|170.50|Pacific/Auckland
Haifa|Haifa|IL|32.79|34.99|Asia/Jerusalem
Campinas|São Paulo|BR|-22.91|-47.06|America/Sao_Paulo
Rosario|Santa Fe|AR|-32.94|-60.65|America/Argentina/Cordoba
Tbilisi|Tbilisi|GE|41.72|44.78|Asia/Tbilisi
Izmir|Izmir|TR|38.42|27.14|Europe/Istanbul
Pretoria|Gauteng|ZA|-25.75|28.19|Africa/Johannesburg
"""


def _town(row: str) -> Town:
    name, region, country, latitude, longitude, time_zone = row.split("|")
    return Town(name, region, country, float(latitude), float(longitude), time_zone)


TOWNS = {town.name: town for town in map(_town, _ROWS.strip().splitlines())}
