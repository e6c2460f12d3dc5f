{#- What to ask about a row of field_questions. language: id or en. -#}
{% macro question_asked(row, language) -%}
{%- set values = {
    '{day}': day_text(row ~ '.asked_about'),
    '{family}': row ~ '.participant_no',
    '{companions}': row ~ '.other_companion_ids',
    '{forms}': row ~ '.forms',
    '{others}': row ~ '.others',
    '{days}': row ~ '.days',
    '{minutes}': row ~ '.minutes',
    '{hours}': 'round(' ~ row ~ '.minutes / 60)::bigint',
    '{km}': "replace(format('{:.1f}', " ~ row ~ ".distance_m / 1000), '.', '"
        ~ (',' if language == 'id' else '.') ~ "')",
} -%}
case concat_ws(' ', {{ row }}.kind, {{ row }}.cause)
{%- for case_of, texts in question_texts().items() %}
    {%- set text = namespace(sql="'" ~ texts[language] ~ "'") %}
    {%- for name, sql in values.items() %}
        {%- set text.sql = text.sql | replace(name, "' || " ~ sql ~ " || '") %}
    {%- endfor %}
    when '{{ case_of }}' then {{ text.sql }}
{%- endfor %}
end
{%- endmacro %}

{#-
Kind, and cause if there is one -> the text. It names what was seen and asks; it never says that anybody did wrong. Without names: the
participant's number leads to the family. No apostrophes: the texts stand in SQL.
-#}
{% macro question_texts() -%}
{{ return({
    'same_visit_twice': {
        'id': 'Ada {forms} formulir untuk keluarga {family} pada {day}. Mana yang benar, atau salah satunya untuk keluarga lain?',
        'en': 'There are {forms} forms for family {family} on {day}. Which is right, or is one of them of another family?'},
    'visit_by_two': {
        'id': 'Pendamping {companions} melaporkan kunjungan ke keluarga {family} pada {day}. Berkunjung bersama, atau nomornya tertukar?',
        'en': 'Companions {companions} report a visit to family {family} on {day}. Did they go together, or was a number mixed up?'},
    'clock_wrong visited_after_sent': {
        'id': 'Kunjungan bertanggal {day}, {days} hari sesudah formulirnya diterima. Kapan sebenarnya, dan apakah tanggal di telepon benar?',
        'en': 'The visit is dated {day}, {days} days after its form came in. When was it, and is the date of the phone right?'},
    'clock_wrong ahead': {
        'id': 'Menurut telepon, formulir selesai {hours} jam sesudah diterima server. Apakah jam, tanggal dan zona waktunya otomatis (WIB)?',
        'en': 'By the phone, the form was finished {hours} hours after the server had it. Are clock, date and time zone automatic (WIB)?'},
    'clock_wrong finished_before_begun': {
        'id': 'Menurut telepon, formulir selesai sebelum dimulai. Apakah jamnya diubah sewaktu mengisi?',
        'en': 'By the phone, the form was finished before it was begun. Was the clock changed meanwhile?'},
    'clock_wrong visited_after_finished': {
        'id': 'Formulir selesai diisi {days} hari sebelum hari kunjungannya, {day}. Kapan sebenarnya dikunjungi?',
        'en': 'The form was finished {days} days before the day of its visit, {day}. When was the visit?'},
    'clock_wrong behind': {
        'id': 'Formulir bertanggal {days} hari sebelum diterima. Apakah lama tersimpan di telepon, atau jam telepon tertinggal?',
        'en': 'The form is dated {days} days before it came in. Did it lie on the phone, or is the clock behind?'},
    'place_far': {
        'id': 'Formulir diisi sekitar {km} km dari tengah kunjungan lain di desa itu. Di mana diisi, dan apakah keluarga {family} pindah?',
        'en': 'The form was filled in some {km} km from the middle of the other visits there. Where was it, and has family {family} moved?'},
    'many_in_minutes': {
        'id': 'Formulir {others} keluarga diisi dalam {minutes} menit ({day}). Pertemuan kelompok, atau disalin dari catatan?',
        'en': 'Forms of {others} families were filled in within {minutes} minutes ({day}). Was it a meeting, or copied from notes?'},
    'same_answers': {
        'id': '{forms} dari {others} keluarga berjawaban sama pada semua pertanyaan. Memang sama? Kunjungi dua atau tiga di antaranya bersama.',
        'en': '{forms} of {others} families have the same answer to every question. Are they alike? Visit two or three of them together.'},
    'edited_after_review': {
        'id': 'Jawaban diubah {others} kali sesudah formulir disetujui. Apa yang berubah, dan atas permintaan siapa?',
        'en': 'Answers were changed {others} times after the form was approved. What changed, and who asked for it?'},
    'not_of_companion other_companion': {
        'id': 'Menurut daftar, keluarga {family} didampingi {companions}. Apakah menggantikan, atau daftarnya perlu diperbarui?',
        'en': 'By the list, family {family} is visited by {companions}. Was it a replacement, or should the list be renewed?'},
    'not_of_companion not_listed': {
        'id': 'Nomor peserta {family} tidak ada di daftar. Apakah salah ketik, atau keluarga ini belum terdaftar?',
        'en': 'Number {family} is on no list. Was it mistyped, or is the family not listed yet?'},
    'never_visited': {
        'id': 'Belum ada kunjungan ke keluarga {family} dalam {days} hari. Masih di alamatnya? Siapa yang dapat berkunjung?',
        'en': 'There was no visit to family {family} in {days} days. Is it still at its address? Who can visit it?'},
}) }}
{%- endmacro %}
