// A real Vendure shop on this machine, for tests: the database in memory, every price and name made up.
//
//   node shop.js PORT        prints one line of JSON once it listens; ends when its standard input ends
//
// Its custom fields, payment methods, tax and channels are those that shops have: see the tests for what is asked of
// them. POST /sql is the door through which a test edits the database behind the shop's back, as an administrator does.
'use strict';

const path = require('path');
const {
    bootstrap, dummyPaymentHandler, DefaultLogger, DefaultTaxLineCalculationStrategy, LanguageCode, LogLevel,
    PaymentMethodHandler, TransactionalConnection,
} = require('@vendure/core');
const { populate } = require('@vendure/core/cli');

const PORT = Number(process.argv[2] || 0);
let app;

const text = value => [{ languageCode: LanguageCode.en, value }];

// Pays as much of an order as it is told to: a gift card, store credit, or the rest by bank transfer.
const partHandler = new PaymentMethodHandler({
    code: 'part-handler',
    description: text('Pays the amount in its metadata'),
    args: { state: { type: 'string' } },
    createPayment: async (ctx, order, amount, args, metadata) => ({
        amount: metadata.amount === undefined ? amount : metadata.amount,
        state: args.state,
        transactionId: metadata.card || `T-${order.code}`,
        metadata: {},
    }),
    settlePayment: async () => ({ success: true }),
});

// Two rates on one article, as a state's and a city's tax; the rest as Vendure does it.
class TaxLines extends DefaultTaxLineCalculationStrategy {
    calculate(args) {
        if (args.orderLine.productVariant && args.orderLine.productVariant.sku === 'TWO-TAX') {
            return [{ description: 'State tax', taxRate: 6.25 }, { description: 'City tax', taxRate: 2.125 }];
        }
        return super.calculate(args);
    }
}

// An order with the label `marketplace` is split among sellers, a part for each of its lines; the parcel is the first's.
const sellers = {
    splitOrder: (ctx, order) => {
        if (!((order.customFields && order.customFields.labels) || []).includes('marketplace')) {
            return [];
        }
        return order.lines.map((line, index) => ({
            channelId: ctx.channelId,
            state: 'PaymentSettled',
            lines: [line],
            shippingLines: index === 0 ? order.shippingLines : [],
        }));
    },
};

async function sql(request, response, next) {
    try {
        let body = '';
        for await (const part of request) {
            body += part;
        }
        const rows = [];
        for (const [statement, parameters] of JSON.parse(body)) {
            rows.push(await app.get(TransactionalConnection).rawConnection.query(statement, parameters));
        }
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(rows));
    } catch (error) {
        next(error);
    }
}

const config = {
    apiOptions: {
        hostname: '127.0.0.1',
        port: PORT,
        adminApiPath: 'admin-api',
        shopApiPath: 'shop-api',
        middleware: [{ route: '/sql', handler: sql, beforeListen: true }],
    },
    authOptions: {
        tokenMethod: ['bearer', 'cookie', 'api-key'],
        superadminCredentials: { identifier: 'superadmin', password: 'a-test-password' },
        cookieOptions: { secret: 'a-test-secret' },
        requireVerification: false,
    },
    logger: new DefaultLogger({ level: LogLevel.Error, timestamp: false }),
    dbConnectionOptions: { type: 'sqljs', synchronize: true },
    taxOptions: { taxLineCalculationStrategy: new TaxLines() },
    paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler, partHandler] },
    orderOptions: { orderItemsLimit: 5000, orderSellerStrategy: sellers },
    customFields: {
        Order: [
            { name: 'erpNumber', type: 'string', nullable: true, public: false },
            { name: 'erpNumberOfSecond', type: 'string', nullable: true, public: false },
            { name: 'readOnlyNumber', type: 'string', nullable: true, public: false, readonly: true },
            { name: 'vatId', type: 'string', nullable: true },
            { name: 'pickupPointId', type: 'string', nullable: true },
            { name: 'poNumber', type: 'string', nullable: true },
            { name: 'customerNote', type: 'text', nullable: true },
            { name: 'isTest', type: 'boolean', nullable: true },
            { name: 'labels', type: 'string', list: true, nullable: true },
        ],
        OrderLine: [{ name: 'gift', type: 'boolean', nullable: true }],
        Address: [{ name: 'houseNumber', type: 'string', nullable: true }],
        Customer: [{ name: 'taxId', type: 'string', nullable: true }],
    },
};

const settled = { code: dummyPaymentHandler.code, arguments: [{ name: 'automaticSettle', value: 'true' }] };
const authorized = { code: dummyPaymentHandler.code, arguments: [{ name: 'automaticSettle', value: 'false' }] };
const part = state => ({ code: partHandler.code, arguments: [{ name: 'state', value: state }] });

const initialData = {
    defaultLanguage: LanguageCode.en,
    defaultZone: 'Europe',
    countries: [
        { name: 'Poland', code: 'PL', zone: 'Europe' },
        { name: 'Germany', code: 'DE', zone: 'Europe' },
        { name: 'United States', code: 'US', zone: 'Americas' },
    ],
    taxRates: [{ name: 'Standard Tax', percentage: 23 }, { name: 'Reduced Tax', percentage: 8 }],
    shippingMethods: [
        { name: 'Parcel', price: 500 },
        { name: 'Courier', price: 1299, taxRate: 23 },
    ],
    paymentMethods: [
        { name: 'card', handler: settled },
        { name: 'bank transfer', handler: authorized },
        { name: 'gift card', handler: part('Settled') },
        { name: 'store credit', handler: part('Settled') },
    ],
    collections: [],
};

populate(() => bootstrap(config), initialData, path.join(__dirname, 'products.csv')).then(
    started => {
        app = started;
        process.stdout.write(JSON.stringify({ port: app.getHttpServer().address().port }) + '\n');
    },
    error => {
        process.stderr.write(`${error.stack}\n`);
        process.exit(1);
    },
);

process.stdin.on('end', () => process.exit(0));
process.stdin.resume();
