{#-
Tables and views of a load, whose databases nobody reads until dbt is done. So there is nothing to keep aside, rename and drop, which is most
of what dbt's own materializations of these names do; and a contract is checked on the table that was built, not by planning its query twice.
-#}
{% materialization table, adapter='duckdb' %}
    {{ return({'relations': [built(this.incorporate(type='table'))]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {{ return({'relations': [built(this.incorporate(type='view'))]}) }}
{% endmaterialization %}

{% macro built(relation) %}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main', fetch_result=(relation.type == 'table')) -%}
        create or replace {{ relation.type }} {{ relation }} as ({{ compiled_code }})
    {%- endcall %}
    {% if relation.type == 'table' %}{% do log('rows built: ' ~ load_result('main').data[0][0], info=true) %}{% endif %}
    {% if config.get('contract').enforced %}{% do keep_contract(relation) %}{% endif %}
    {{ run_hooks(post_hooks) }}
    {% do persist_docs(relation, model) %}
    {{ adapter.commit() }}
    {{ return(relation) }}
{% endmacro %}

{#- Names and types, in the order of the contract: readers may select by place. -#}
{% macro keep_contract(relation) %}
    {%- set differing -%}
        with promised as (
            select row_number() over () as place, column_name || ' ' || column_type as said from (describe
            {{ nothing_of_contract() }})
        ),

        built as (
            select row_number() over () as place, column_name || ' ' || column_type as said from (describe {{ relation }})
        )

        select place, coalesce(promised.said, 'nothing') as promised, coalesce(built.said, 'nothing') as built
        from promised
        full join built using (place)
        where promised.said is distinct from built.said
        order by place
    {%- endset -%}
    {% for row in run_query(differing).rows[:1] %}
        {% do exceptions.raise_compiler_error(
            'The contract is broken: column ' ~ row.place ~ ' is to be ' ~ row.promised ~ ', but is ' ~ row.built ~ '.'
        ) %}
    {% endfor %}
{% endmacro %}

{#- No row, in the columns and types of the model's contract. -#}
{% macro nothing_of_contract() -%}
select
    {%- for column in model.columns.values() %}
    cast(null as {{ column.data_type }}) as {{ column.name }}{{ "," if not loop.last }}
    {%- endfor %}
where false
{%- endmacro %}
