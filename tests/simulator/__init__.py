"""The simulators of store and ERP, held to the public facts."""
