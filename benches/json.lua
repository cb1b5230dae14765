-- A JSON body of the size a small API sees.
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.body = '{"id":42,"name":"Ada Lovelace","tags":["math","engines","notes"],"address":{"city":"London","zip":"SW1"},"active":true}'
