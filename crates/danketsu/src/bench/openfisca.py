"""The model of 2004 in openfisca-core, over the columns of a folder; times in milliseconds as JSON."""

import json
import sys
import time

import numpy
from openfisca_core import entities, periods, simulations, taxbenefitsystems, variables
from openfisca_core.parameters import ParameterNode

folder, runs = sys.argv[1], int(sys.argv[2])
person = entities.build_entity(key="person", plural="persons", label="a person", is_person=True)
MONTH = periods.DateUnit.MONTH


def dated(value):
    return {"values": {"2003-08-01": {"value": value}}}


PARAMETERS = {
    "pension": {"free": dated(280_000), "change": dated(480_000), "flat_cut": dated(0.2)},
    "benefit": {
        "zero_from": dated(0.75),
        "full_to": dated(0.61),
        "full_rate": dated(0.15),
        "base": dated(137.25 / 280),
        "wage": dated(183 / 280),
        "limit": dated(348_177),
        "minimum": dated(1_712),
    },
}


def given(name):
    return type(name, (variables.Variable,), {"value_type": float, "entity": person, "definition_period": MONTH})


class pension_in_work(variables.Variable):
    value_type = float
    entity = person
    definition_period = MONTH

    def formula(persons, period, parameters):
        law = parameters(period).pension
        pension, wage = persons("pension", period), persons("wage", period)
        basic = pension * (1 - law.flat_cut)
        by_income = (numpy.minimum(wage, law.change) + numpy.minimum(basic, law.free) - law.free) / 2
        by_income = by_income + numpy.maximum(wage - law.change, 0)
        stop = numpy.where(basic + wage > law.free, by_income, 0) + pension * law.flat_cut
        return numpy.maximum(pension - stop, 0)


class benefit(variables.Variable):
    value_type = float
    entity = person
    definition_period = MONTH

    def formula(persons, period, parameters):
        law = parameters(period).benefit
        base, wage = persons("wage_at_60", period), persons("wage", period)
        linear = law.base * base - law.wage * wage
        amount = numpy.where(wage <= law.full_to * base, law.full_rate * wage, linear)
        amount = numpy.where(wage >= law.zero_from * base, 0, amount)
        amount = numpy.minimum(amount, numpy.maximum(law.limit - wage, 0))
        return numpy.where(amount <= law.minimum, 0, amount)


class total(variables.Variable):
    value_type = float
    entity = person
    definition_period = MONTH

    def formula(persons, period):
        return persons("wage", period) + persons("pension_in_work", period) + persons("benefit", period)


def column(name):
    return numpy.fromfile(f"{folder}/{name}.i32", dtype=numpy.int32)


columns = {name: column(name) for name in ("pension", "wage_at_60", "wage")}
calculation, whole, result = [], [], None
for _ in range(runs):
    begin = time.perf_counter()
    system = taxbenefitsystems.TaxBenefitSystem([person])
    system.parameters = ParameterNode("", data=PARAMETERS)
    for name in columns:
        system.add_variable(given(name))
    for variable in (pension_in_work, benefit, total):
        system.add_variable(variable)
    builder = simulations.SimulationBuilder()
    simulation = builder.build_default_simulation(system, len(columns["wage"]))
    for name, values in columns.items():
        simulation.set_input(name, "2004-01", values)
    ready = time.perf_counter()
    result = simulation.calculate("total", "2004-01")
    end = time.perf_counter()
    calculation.append((end - ready) * 1000)
    whole.append((end - begin) * 1000)
result.astype(numpy.float32).tofile(f"{folder}/total.f32")
median = lambda times: sorted(times)[len(times) // 2]
from importlib.metadata import version

print(json.dumps({"version": version("openfisca-core"), "calculation_ms": median(calculation), "whole_ms": median(whole)}))
