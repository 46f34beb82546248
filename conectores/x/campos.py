"""Qué se pide de cada cosa, en los dos dialectos de X: el de OpenAPI 2.166 y el de 2.167.

Lo que se pide como expansión se cobra: sólo el autor, que hace falta para saber quién y cuánta gente lo sigue.
"""

_AUTOR = {"user.fields": "location,name,public_metrics,username,verified,verified_type"}
_LUGAR = {"place.fields": "country_code,full_name,geo,id,name,place_type"}
_DE_OIDO = "created_at,conversation_id,entities,geo,lang,public_metrics"
CAMPOS_DE_OIDO = (
    {
        "tweet.fields": f"author_id,edit_history_tweet_ids,in_reply_to_user_id,note_tweet,referenced_tweets,{_DE_OIDO}",
        "expansions": "author_id,geo.place_id",
        **_AUTOR,
        **_LUGAR,
    },
    # Aquí la respuesta y las ediciones sólo se dan como expansiones, que se cobran como posts: no se piden.
    {"post.fields": f"note_post,{_DE_OIDO}", "expansions": "author_id,geo.place_id", **_AUTOR, **_LUGAR},
)
CAMPOS_DE_REVISION = (
    {"tweet.fields": f"author_id,edit_history_tweet_ids,in_reply_to_user_id,note_tweet,referenced_tweets,{_DE_OIDO}"},
    {"post.fields": f"note_post,{_DE_OIDO}", "expansions": "edit_history_post_ids"},
)
CAMPOS_DE_MENSAJE = (
    {
        "dm_event.fields": "created_at,dm_conversation_id,entities,event_type,sender_id,text",
        "expansions": "sender_id",
        "user.fields": "name,username",
    },
    {
        "dm_event.fields": "created_at,dm_conversation_id,entities,event_type,text",
        "expansions": "sender_id",
        "user.fields": "name,username",
    },
)
_PRIVADOS = "public_metrics,non_public_metrics,organic_metrics"
CAMPOS_DE_MEDIDA = ({"tweet.fields": "public_metrics"}, {"post.fields": "public_metrics"})
CAMPOS_DE_MEDIDA_PROPIA = ({"tweet.fields": _PRIVADOS}, {"post.fields": _PRIVADOS})
CAMPOS_DE_LISTADO = (
    {"tweet.fields": "created_at,edit_history_tweet_ids,entities,note_tweet,referenced_tweets"},
    {"post.fields": "created_at,entities,note_post"},
)
CAMPOS_DE_CUENTA = ({"user.fields": "public_metrics"},)
