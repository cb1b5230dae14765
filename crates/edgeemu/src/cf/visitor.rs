//! Visitors: for each location, somebody who lives nearby.

use edgeemu_kv::consistency::Colo;
use serde_json::{Map, Value, json};

/// City, region, its code, country, continent, latitude, longitude, time zone.
type Row = (&'static str, [&'static str; 8]);

/// Locations with a visitor, by their code.
#[rustfmt::skip]
const NEARBY: [Row; 44] = [
    ("AKL", ["Auckland", "Auckland", "AUK", "NZ", "OC", "-36.84850", "174.76330", "Pacific/Auckland"]),
    ("AMS", ["Amsterdam", "North Holland", "NH", "NL", "EU", "52.37400", "4.88970", "Europe/Amsterdam"]),
    ("ARN", ["Stockholm", "Stockholm County", "AB", "SE", "EU", "59.32940", "18.06870", "Europe/Stockholm"]),
    ("ATL", ["Atlanta", "Georgia", "GA", "US", "NA", "33.74900", "-84.38800", "America/New_York"]),
    ("BKK", ["Bangkok", "Bangkok", "10", "TH", "AS", "13.75400", "100.50140", "Asia/Bangkok"]),
    ("BOG", ["Bogota", "Bogota D.C.", "DC", "CO", "SA", "4.60970", "-74.08180", "America/Bogota"]),
    ("BOM", ["Mumbai", "Maharashtra", "MH", "IN", "AS", "19.07280", "72.88260", "Asia/Kolkata"]),
    ("CDG", ["Paris", "Ile-de-France", "IDF", "FR", "EU", "48.85340", "2.34880", "Europe/Paris"]),
    ("CPT", ["Cape Town", "Western Cape", "WC", "ZA", "AF", "-33.92580", "18.42320", "Africa/Johannesburg"]),
    ("DEL", ["Delhi", "National Capital Territory of Delhi", "DL", "IN", "AS", "28.65190", "77.23150", "Asia/Kolkata"]),
    ("DEN", ["Denver", "Colorado", "CO", "US", "NA", "39.73920", "-104.98470", "America/Denver"]),
    ("DFW", ["Austin", "Texas", "TX", "US", "NA", "30.27130", "-97.74260", "America/Chicago"]),
    ("DUB", ["Dublin", "Leinster", "L", "IE", "EU", "53.33310", "-6.24890", "Europe/Dublin"]),
    ("DXB", ["Dubai", "Dubai", "DU", "AE", "AS", "25.06570", "55.17130", "Asia/Dubai"]),
    ("EWR", ["Newark", "New Jersey", "NJ", "US", "NA", "40.73570", "-74.17240", "America/New_York"]),
    ("EZE", ["Buenos Aires", "Buenos Aires F.D.", "C", "AR", "SA", "-34.61310", "-58.37720", "America/Argentina/Buenos_Aires"]),
    ("FRA", ["Frankfurt am Main", "Hesse", "HE", "DE", "EU", "50.11550", "8.68420", "Europe/Berlin"]),
    ("GRU", ["São Paulo", "São Paulo", "SP", "BR", "SA", "-23.54750", "-46.63610", "America/Sao_Paulo"]),
    ("HKG", ["Hong Kong", "", "", "HK", "AS", "22.27830", "114.17470", "Asia/Hong_Kong"]),
    ("IAD", ["Ashburn", "Virginia", "VA", "US", "NA", "39.04370", "-77.48750", "America/New_York"]),
    ("ICN", ["Seoul", "Seoul", "11", "KR", "AS", "37.56600", "126.97840", "Asia/Seoul"]),
    ("JNB", ["Johannesburg", "Gauteng", "GP", "ZA", "AF", "-26.20230", "28.04360", "Africa/Johannesburg"]),
    ("KIX", ["Osaka", "Osaka", "27", "JP", "AS", "34.69370", "135.50220", "Asia/Tokyo"]),
    ("LAX", ["Los Angeles", "California", "CA", "US", "NA", "34.05220", "-118.24370", "America/Los_Angeles"]),
    ("LHR", ["London", "England", "ENG", "GB", "EU", "51.50850", "-0.12570", "Europe/London"]),
    ("LOS", ["Lagos", "Lagos", "LA", "NG", "AF", "6.45410", "3.39470", "Africa/Lagos"]),
    ("MAD", ["Madrid", "Madrid", "MD", "ES", "EU", "40.41650", "-3.70260", "Europe/Madrid"]),
    ("MEL", ["Melbourne", "Victoria", "VIC", "AU", "OC", "-37.81400", "144.96330", "Australia/Melbourne"]),
    ("MIA", ["Miami", "Florida", "FL", "US", "NA", "25.77430", "-80.19370", "America/New_York"]),
    ("MXP", ["Milan", "Lombardy", "25", "IT", "EU", "45.46430", "9.18950", "Europe/Rome"]),
    ("NBO", ["Nairobi", "Nairobi County", "30", "KE", "AF", "-1.28330", "36.81670", "Africa/Nairobi"]),
    ("NRT", ["Tokyo", "Tokyo", "13", "JP", "AS", "35.68950", "139.69170", "Asia/Tokyo"]),
    ("ORD", ["Chicago", "Illinois", "IL", "US", "NA", "41.85000", "-87.65010", "America/Chicago"]),
    ("PRG", ["Prague", "Prague", "10", "CZ", "EU", "50.08800", "14.42080", "Europe/Prague"]),
    ("SCL", ["Santiago", "Santiago Metropolitan", "RM", "CL", "SA", "-33.45690", "-70.64830", "America/Santiago"]),
    ("SEA", ["Seattle", "Washington", "WA", "US", "NA", "47.60620", "-122.33210", "America/Los_Angeles"]),
    ("SFO", ["San Francisco", "California", "CA", "US", "NA", "37.77490", "-122.41940", "America/Los_Angeles"]),
    ("SIN", ["Singapore", "", "", "SG", "AS", "1.28970", "103.85010", "Asia/Singapore"]),
    ("SJC", ["San Jose", "California", "CA", "US", "NA", "37.33940", "-121.89500", "America/Los_Angeles"]),
    ("SYD", ["Sydney", "New South Wales", "NSW", "AU", "OC", "-33.86780", "151.20730", "Australia/Sydney"]),
    ("TLV", ["Tel Aviv", "Tel Aviv", "TA", "IL", "AS", "32.08090", "34.78060", "Asia/Jerusalem"]),
    ("VIE", ["Vienna", "Vienna", "9", "AT", "EU", "48.20850", "16.37210", "Europe/Vienna"]),
    ("WAW", ["Warsaw", "Mazovia", "14", "PL", "EU", "52.22980", "21.01180", "Europe/Warsaw"]),
    ("YYZ", ["Toronto", "Ontario", "ON", "CA", "NA", "43.70010", "-79.41630", "America/Toronto"]),
];

/// Countries above that `isEUCountry` is `"1"` for.
const EU: [&str; 10] = ["AT", "CZ", "DE", "ES", "FR", "IE", "IT", "NL", "PL", "SE"];

/// What `request.cf` says about whoever visits `colo`. Of a location that is not in the table it says nothing more than
/// its name: production leaves out what it does not know as well.
pub(super) fn near(colo: Colo) -> Map<String, Value> {
    let mut cf = Map::from_iter([("colo".to_owned(), json!(colo.as_str()))]);
    let Some((_, row)) = NEARBY.iter().find(|(code, _)| *code == colo.as_str()) else { return cf };
    let names = ["city", "region", "regionCode", "country", "continent", "latitude", "longitude", "timezone"];
    let known = names.iter().zip(row).filter(|(_, value)| !value.is_empty());
    cf.extend(known.map(|(name, value)| ((*name).to_owned(), json!(value))));
    if EU.contains(&row[3]) {
        cf.insert("isEUCountry".to_owned(), json!("1"));
    }
    cf
}
